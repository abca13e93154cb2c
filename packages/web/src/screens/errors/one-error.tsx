import './errors.css';
import type { ErrorDetail } from '@syncline/contract/errors';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { CircleCheck, ExternalLink } from 'lucide-react';
import { queries } from '../../api/queries.ts';
import { ButtonLink } from '../../components/button.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Faces } from '../../components/faces.tsx';
import { Value } from '../../components/field-value.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page, Section } from '../../components/page.tsx';
import { When } from '../../components/time.tsx';
import { ToneIcon } from '../../components/tone.tsx';
import { WhoMay } from '../../shell/who-may.tsx';
import { useWords } from '../../words/use-words.ts';
import { DiscardButton, RetryButton } from './act-buttons.tsx';
import { causeSentence } from './cause-card.tsx';
import { errorName } from './cause-rows.tsx';
import { DuplicateWays } from './duplicate.tsx';
import { FixSteps } from './how-to-fix.tsx';

/** One refused record: what was sent, what Salesforce has and said, and what to do. */
export const ErrorScreen = ({ cause, errorId }: { readonly cause: string; readonly errorId: number }) => {
  const { words } = useWords();
  const error = useQuery(queries.error(errorId));
  const above = (
    <Link to="/errors/$cause" params={{ cause }}>
      {words.errors.rowsOf}
    </Link>
  );
  if (error.data === undefined) {
    return (
      <Page title={words.errors.oneTitle} above={above}>
        <Faces query={error}>{() => null}</Faces>
      </Page>
    );
  }
  const { data } = error;
  return (
    <Page
      title={errorName(data, words)}
      lead={causeSentence(data, words)}
      above={above}
      actions={data.resolvedAt === null ? <Acts cause={cause} error={data} /> : undefined}
    >
      <WhoMay needs="operator" />
      <Faces query={error}>
        {(shown) => (
          <>
            {shown.resolvedAt === null ? null : <Solved at={shown.resolvedAt} />}
            {shown.resolvedAt === null && shown.duplicate !== null ? (
              <DuplicateWays errorId={shown.errorId} found={shown.duplicate} />
            ) : null}
            <div className="error-columns">
              <Section title={words.errors.sentTitle}>
                <Values error={shown} />
              </Section>
              <Section title={words.errors.saidTitle}>
                <Said error={shown} />
              </Section>
            </div>
          </>
        )}
      </Faces>
    </Page>
  );
};

const Solved = ({ at }: { readonly at: string }) => {
  const { words, formats } = useWords();
  return <Notice tone="ok" title={words.errors.solvedAt(formats.time(at, new Date()))} />;
};

const Acts = ({ cause, error }: { readonly cause: string; readonly error: ErrorDetail }) => {
  const { words } = useWords();
  const navigate = useNavigate();
  const choice = { ids: [error.errorId] };
  const named = error.values.find((value) => value.isNamed);
  return (
    <>
      <RetryButton choice={choice} count={1} />
      {error.personId === null ? null : (
        <ButtonLink isSmall to="/people/$personId" params={{ personId: String(error.personId) }}>
          {words.errors.editPerson}
        </ButtonLink>
      )}
      {error.personId === null || error.arrived !== null ? null : (
        <DiscardButton
          choice={choice}
          count={1}
          onDone={() => void navigate({ to: '/errors/$cause', params: { cause } })}
        >
          {named === undefined ? null : (
            <p>
              {words.errors.salesforceKeeps} <Value value={named.theirs} isStrong />
            </p>
          )}
          <p>{words.errors.discardDialog}</p>
        </DiscardButton>
      )}
    </>
  );
};

type SentValue = ErrorDetail['values'][number];

const Values = ({ error }: { readonly error: ErrorDetail }) => {
  const { words } = useWords();
  const columns: readonly Column<SentValue>[] = [
    {
      key: 'field',
      width: '30%',
      title: words.person.field,
      cell: (value) => (
        <span className={value.isNamed ? 'refused-field' : undefined}>
          {value.isNamed ? <ToneIcon tone="bad" /> : null}
          <span>
            {value.label}
            {value.isNamed ? <span className="caption refused-note">{words.errors.refusedHere}</span> : null}
          </span>
        </span>
      ),
    },
    {
      key: 'ours',
      width: '35%',
      title: words.errors.ours,
      cell: (value) =>
        value.isNamed ? (
          <mark>
            <Value value={value.ours} isStrong />
          </mark>
        ) : (
          <Value value={value.ours} />
        ),
    },
    { key: 'theirs', width: '35%', title: words.person.theirs, cell: (value) => <Value value={value.theirs} /> },
  ];
  if (error.values.length === 0) {
    return (
      <Notice
        tone="idle"
        title={
          error.personId === null
            ? words.errors.noRecord
            : error.isParked
              ? words.errors.createWaits
              : words.errors.nothingWaits
        }
      />
    );
  }
  return (
    <DataTable label={words.errors.sentTitle} columns={columns} rows={error.values} rowKey={(value) => value.field} />
  );
};

const Said = ({ error }: { readonly error: ErrorDetail }) => {
  const { words } = useWords();
  return (
    <div className="stack card">
      <blockquote className="said">{error.message}</blockquote>
      <dl className="facts">
        {error.arrived === null ? null : (
          <>
            <dt>{words.errors.arrived}</dt>
            <dd className="said">{error.arrived}</dd>
          </>
        )}
        <dt>{words.errors.code}</dt>
        <dd>
          <code>{error.code}</code>
        </dd>
        <dt>{words.errors.when}</dt>
        <dd>
          <When at={error.at} />
        </dd>
        {error.attempts === 0 ? null : (
          <>
            <dt>{words.errors.attempts}</dt>
            <dd className="number">{error.attempts}</dd>
          </>
        )}
        <dt>{words.errors.next}</dt>
        <dd>
          {error.resolvedAt === null && error.nextRetryAt !== null ? (
            <When at={error.nextRetryAt} />
          ) : error.isParked ? (
            words.errors.waitsForCause
          ) : (
            '–'
          )}
        </dd>
        {error.personId === null ? null : (
          <>
            <dt>{words.person.ourId}</dt>
            <dd>
              <CopyValue value={String(error.personId)} />
            </dd>
          </>
        )}
        {error.salesforceId === null ? null : (
          <>
            <dt>{words.errors.salesforceId}</dt>
            <dd>
              <CopyValue value={error.salesforceId} />
            </dd>
          </>
        )}
      </dl>
      {error.recordUrl === null ? null : (
        <p>
          <a href={error.recordUrl} target="_blank" rel="noreferrer">
            {words.person.openInSalesforce} <ExternalLink aria-hidden size={14} />
          </a>
        </p>
      )}
      <h3 className="row">
        <CircleCheck aria-hidden size={18} /> {words.errors.howToFix}
      </h3>
      <FixSteps error={error} />
    </div>
  );
};
