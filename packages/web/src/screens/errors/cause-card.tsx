import type { ErrorCause } from '@syncline/contract/errors';
import { ButtonLink } from '../../components/button.tsx';
import { CsvLink } from '../../components/csv-link.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { objectWord } from '../activity/activity.tsx';
import { RetryButton } from './act-buttons.tsx';
import { HowToFix } from './how-to-fix.tsx';

export const causeSentence = (
  cause: { readonly cause: ErrorCause['cause']; readonly fields: readonly string[] },
  words: Words,
): string =>
  words.errors.causes[cause.cause](cause.fields.length === 0 ? words.errors.aField : cause.fields.join(', '));

/** One cause: how many it keeps back, since when, who can mend it, and that as buttons. */
export const CauseCard = ({ cause }: { readonly cause: ErrorCause }) => {
  const { words } = useWords();
  return (
    <li className="card cause">
      <h2>{causeSentence(cause, words)}</h2>
      <Days perDay={cause.perDay} />
      <blockquote>
        <span className="visually-hidden">{words.errors.salesforceSaid}: </span>
        {cause.message} <code className="nowrap">{cause.code}</code>
      </blockquote>
      <Facts cause={cause} />
      <div className="row acts">
        {cause.parked > 0 || cause.nextRetryAt !== null ? (
          <RetryButton choice={{ cause: cause.id }} count={cause.parked > 0 ? cause.parked : cause.affected} />
        ) : null}
        <ButtonLink isSmall to="/errors/$cause" params={{ cause: cause.id }}>
          {words.errors.show}
        </ButtonLink>
        <CsvLink list="errors" filter={{ cause: cause.id }} label={words.errors.csv} isSmall />
        <HowToFix error={cause} />
      </div>
    </li>
  );
};

const Facts = ({ cause }: { readonly cause: ErrorCause }) => {
  const { words, formats } = useWords();
  const now = new Date();
  return (
    <p className="cause-facts number">
      <strong>{words.errors.affected(cause.affected, formats.time(cause.firstAt, now))}</strong>
      <span>{objectWord(cause.object, words)}</span>
      <span>
        {words.common.whoFixes}: {words.common.who[cause.whoCanFix]}
      </span>
      {cause.nextRetryAt === null ? null : <span>{words.errors.retries(formats.time(cause.nextRetryAt, now))}</span>}
    </p>
  );
};

/** Five days, today last. */
const Days = ({ perDay }: { readonly perDay: readonly number[] }) => {
  const { words } = useWords();
  const most = Math.max(...perDay, 1);
  return (
    <div className="days" role="img" aria-label={`${words.errors.perDay}: ${perDay.join(', ')}`}>
      {perDay.map((errors, day) => (
        // The five days have no other name than their place.
        <span key={day} title={String(errors)} style={{ height: `${(errors / most) * 100}%` }} />
      ))}
    </div>
  );
};
