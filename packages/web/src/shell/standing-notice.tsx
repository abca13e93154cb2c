import { useQuery } from '@tanstack/react-query';
import { shownProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { ActionLink } from '../components/failed.tsx';
import { ToneIcon } from '../components/tone.tsx';
import { useWords } from '../words/use-words.ts';
import { textOfNotice } from './notice-line.tsx';

/** What the connection waits for, and a spent limit, stay above every screen until they are solved. */
export const StandingNotice = () => {
  const { words } = useWords();
  const rows = useQuery(queries.notifications()).data?.rows ?? [];
  const standing = rows.find((each) => each.solvedAt === null && (each.type === 'connection' || each.type === 'limit'));
  if (standing === undefined) return null;
  return (
    <div className="standing-notice">
      <ToneIcon tone="bad" />
      <strong>{textOfNotice(standing, words).title}</strong>
      {standing.problem === null ? null : <ActionLink problem={shownProblem(standing.problem)} />}
    </div>
  );
};
