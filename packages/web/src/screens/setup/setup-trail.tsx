import './setup.css';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { queries } from '../../api/queries.ts';
import { useWords } from '../../words/use-words.ts';
import { TRAIL_PATHS, type TrailStep, trailStates } from './trail.ts';

/** Where one is inside of step 3; what is done can be looked at again. */
export const SetupTrail = ({ current }: { readonly current: TrailStep }) => {
  const { words } = useWords();
  const { data: status } = useQuery(queries.status());
  if (status === undefined) return null;
  return (
    <nav aria-label={words.setup.trail}>
      <ol className="trail">
        {trailStates(status.stage, current).map(({ step, state }, index) => (
          <li key={step} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
            <span className="spot" aria-hidden>
              {state === 'done' ? <Check strokeWidth={3} /> : index + 1}
            </span>
            {state === 'done' || state === 'open' ? (
              <Link to={TRAIL_PATHS[step]}>{words.setup.trailSteps[step]}</Link>
            ) : (
              <span>{words.setup.trailSteps[step]}</span>
            )}
            {state === 'done' ? <span className="visually-hidden">{words.setup.trailDone}</span> : null}
          </li>
        ))}
      </ol>
    </nav>
  );
};
