import { Link } from '@tanstack/react-router';
import { useWords } from '../../words/use-words.ts';

/** Above the title of a step: the way back to the hub, and which of three it is. */
export const StepHead = ({ step }: { readonly step: 1 | 2 }) => {
  const { words } = useWords();
  return (
    <nav className="step-head" aria-label={words.setup.title}>
      <Link to="/setup">{words.steps.back}</Link>
      <span className="muted">{words.steps.ofThree(step)}</span>
    </nav>
  );
};
