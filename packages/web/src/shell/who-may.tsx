import { useWords } from '../words/use-words.ts';
import { useSession } from './session.tsx';

/** Stands beside controls that this reader may not use, and says who may; nothing for those who may. */
export const WhoMay = ({ needs }: { readonly needs: 'operator' | 'admin' }) => {
  const { words } = useWords();
  const { mayAct, mayAdminister } = useSession();
  if (needs === 'operator' ? mayAct : mayAdminister) return null;
  return <p className="muted caption">{words.whoMay[needs]}</p>;
};
