import './errors.css';
import type { ErrorCause } from '@syncline/contract/errors';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { queries } from '../../api/queries.ts';
import { ButtonLink } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Page } from '../../components/page.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { objectWord } from '../activity/activity.tsx';

export const causeSentence = (
  cause: { readonly cause: ErrorCause['cause']; readonly fields: readonly string[] },
  words: Words,
): string =>
  words.errors.causes[cause.cause](cause.fields.length === 0 ? words.errors.aField : cause.fields.join(', '));

/** What is broken, for how many, who fixes it? The oldest and widest first, as the server sorts them. */
export const ErrorsScreen = () => {
  const { words } = useWords();
  const causes = useQuery(queries.errorCauses());
  return (
    <Page
      title={words.errors.title}
      lead={
        causes.data === undefined || causes.data.causes.length === 0
          ? undefined
          : words.errors.summary(causes.data.records, causes.data.causes.length)
      }
    >
      <Faces query={causes}>
        {(data) =>
          data.causes.length === 0 ? (
            <div className="card">
              <EmptyState
                icon={<CircleCheck aria-hidden strokeWidth={1.5} />}
                title={words.errors.nonePlain}
                why={words.errors.noneMore}
              />
            </div>
          ) : (
            <ul className="cause-list">
              {data.causes.map((cause) => (
                <Cause key={cause.id} cause={cause} />
              ))}
            </ul>
          )
        }
      </Faces>
    </Page>
  );
};

const Cause = ({ cause }: { readonly cause: ErrorCause }) => {
  const { words, formats } = useWords();
  const now = new Date();
  const most = Math.max(...cause.perDay, 1);
  return (
    <li className="card cause">
      <div className="words">
        <h2 style={{ fontSize: 16, lineHeight: '24px' }}>{causeSentence(cause, words)}</h2>
        <blockquote>
          <span className="visually-hidden">{words.errors.salesforceSaid}: </span>
          {cause.message} <code className="nowrap">{cause.code}</code>
        </blockquote>
        <p className="cause-facts number">
          <span>{objectWord(cause.object, words)}</span>
          <span>{words.errors.affected(cause.affected, formats.time(cause.firstAt, now))}</span>
          <span>{words.errors.levels[cause.level]}</span>
          <span>
            {words.common.whoFixes}: {words.common.who[cause.whoCanFix]}
          </span>
          {cause.nextRetryAt === null ? null : (
            <span>{words.errors.retries(formats.time(cause.nextRetryAt, now))}</span>
          )}
        </p>
      </div>
      <div className="side-of-cause">
        <div className="days" role="img" aria-label={`${words.errors.perDay}: ${cause.perDay.join(', ')}`}>
          {cause.perDay.map((errors, day) => (
            // The five days have no other name than their place.
            <span key={day} style={{ height: `${(errors / most) * 100}%` }} />
          ))}
        </div>
        <ButtonLink isSmall to="/errors/$cause" params={{ cause: cause.id }}>
          {words.errors.show}
        </ButtonLink>
      </div>
    </li>
  );
};
