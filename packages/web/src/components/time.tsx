import { useWords } from '../words/use-words.ts';

/** A moment in the reader's zone; hovering tells it in UTC. */
export const When = ({ at, fallback }: { readonly at: string | null; readonly fallback?: string }) => {
  const { formats } = useWords();
  if (at === null) return <span className="muted">{fallback ?? '–'}</span>;
  return (
    <time dateTime={at} title={formats.utc(at)} className="number nowrap">
      {formats.time(at, new Date())}
    </time>
  );
};
