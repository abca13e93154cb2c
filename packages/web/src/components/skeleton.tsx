import './faces.css';
import { useWords } from '../words/use-words.ts';

const WIDTHS = ['62%', '84%', '71%', '90%', '55%', '78%', '66%', '82%'];

/** What stands where an answer will be; it shows itself after 300 ms, so that quick answers do not flicker. */
export const Skeleton = ({ rows = 4 }: { readonly rows?: number }) => {
  const { words } = useWords();
  return (
    <div className="skeleton" role="status" aria-label={words.common.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="bone" style={{ width: WIDTHS[index % WIDTHS.length] }} />
      ))}
    </div>
  );
};
