import './dry-run.css';
import type { FilterEffect } from '@syncline/contract/filters';
import type { ChangeSample, DryRun, FieldChange } from '@syncline/contract/mappings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Check } from '../../components/check.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Value } from '../../components/field-value.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page, Section } from '../../components/page.tsx';
import { Progress } from '../../components/progress.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { editText } from '../mappings/edit-text.ts';

/** What would this change do, to whom, and what does it cost? */
export const DryRunScreen = ({ id }: { readonly id: number }) => {
  const { words } = useWords();
  const change = useQuery(queries.fieldChange(id));
  return (
    <Page
      title={words.dryRun.title(change.data?.edits.length ?? 0)}
      width="narrow"
      actions={<ButtonLink to="/fields">{words.dryRun.back}</ButtonLink>}
    >
      <Faces query={change}>{(data) => <Change change={data} />}</Faces>
    </Page>
  );
};

const Change = ({ change }: { readonly change: FieldChange }) => {
  const { words } = useWords();
  return (
    <>
      <ul className="draft-edits">
        {change.edits.map((edit) => (
          <li key={JSON.stringify(edit)}>{editText(edit, words)}</li>
        ))}
      </ul>
      {change.state === 'draft' ? <Draft change={change} /> : <Over change={change} />}
    </>
  );
};

const Over = ({ change }: { readonly change: FieldChange }) => {
  const { words, formats } = useWords();
  const { backfill } = change;
  if (change.state === 'discarded') return <Notice tone="idle" title={words.dryRun.discarded} />;
  return (
    <>
      <Notice
        tone="ok"
        live="polite"
        title={words.dryRun.applied}
        actions={
          <ButtonLink isSmall to="/fields">
            {words.dryRun.toFields}
          </ButtonLink>
        }
      >
        {backfill?.state === 'done' ? <p>{words.dryRun.backfilled(formats.number(backfill.done))}</p> : null}
      </Notice>
      {backfill?.state === 'running' ? (
        <Progress
          label={words.mappings.backfillRuns(formats.number(backfill.done), formats.number(backfill.total))}
          share={backfill.done / Math.max(1, backfill.total)}
          text={words.mappings.backfillRuns(formats.number(backfill.done), formats.number(backfill.total))}
        />
      ) : null}
    </>
  );
};

const Draft = ({ change }: { readonly change: FieldChange }) => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const [isBackfilled, setBackfilled] = useState(false);
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: ['field-maps'] });
  const run = useMutation({ mutationFn: () => api.dryRun(change.changeId), onSuccess: again });
  const apply = useMutation({ mutationFn: () => api.applyChange(change.changeId, isBackfilled), onSuccess: again });
  const { dryRun } = change;
  const failure = run.error ?? apply.error;
  const runAgain = (): void => {
    apply.reset();
    run.mutate();
  };
  return (
    <>
      {failure === null ? null : (
        <Failed
          problem={problemOf(failure)}
          live="assertive"
          hideLink
          actions={
            <Button isSmall isPending={run.isPending} onPress={runAgain}>
              {words.dryRun.again}
            </Button>
          }
        />
      )}
      {dryRun === null ? (
        <Notice
          tone="idle"
          title={words.dryRun.none}
          actions={
            <Button isSmall isDisabled={!mayAdminister} isPending={run.isPending} onPress={runAgain}>
              {words.dryRun.run}
            </Button>
          }
        />
      ) : (
        <>
          <Findings dryRun={dryRun} isBackfilled={isBackfilled} />
          <Check isChecked={isBackfilled} onChange={setBackfilled} hint={words.dryRun.backfillHint}>
            {words.dryRun.backfill}
          </Check>
          <div className="row spread">
            <Button isDisabled={!mayAdminister} isPending={run.isPending} onPress={runAgain}>
              {words.dryRun.again}
            </Button>
            <Apply
              dryRun={dryRun}
              isBackfilled={isBackfilled}
              isDisabled={!mayAdminister}
              isPending={apply.isPending}
              onApply={() => apply.mutate()}
            />
          </div>
        </>
      )}
    </>
  );
};

interface ApplyProps {
  readonly dryRun: DryRun;
  readonly isBackfilled: boolean;
  readonly isDisabled: boolean;
  readonly isPending: boolean;
  readonly onApply: () => void;
}

/** The button repeats verb and number. */
const Apply = ({ dryRun: { atOnce, backfill }, isBackfilled, ...button }: ApplyProps) => {
  const { words, formats } = useWords();
  const records = atOnce.changed + (isBackfilled ? backfill.here.changed + backfill.there.changed : 0);
  return (
    <Button look="primary" isDisabled={button.isDisabled} isPending={button.isPending} onPress={button.onApply}>
      {records === 0 ? words.dryRun.applyNone : words.dryRun.apply(formats.number(records))}
    </Button>
  );
};

const Findings = ({ dryRun, isBackfilled }: { readonly dryRun: DryRun; readonly isBackfilled: boolean }) => {
  const { words, formats } = useWords();
  const { atOnce, backfill } = dryRun;
  const { number } = formats;
  const conflicts = backfill.conflicts.salesforce + backfill.conflicts.marketing + backfill.conflicts.held;
  return (
    <>
      <p className="muted" role="status">
        {words.dryRun.took(formats.duration(dryRun.ms))}
      </p>
      <Section title={words.dryRun.atOnce}>
        <dl className="findings">
          <Finding name={words.dryRun.here} samples={atOnce.samples}>
            <p>{words.dryRun.herePeople(number(atOnce.changed))}</p>
            {atOnce.copied > 0 ? <p>{words.dryRun.copied(number(atOnce.copied))}</p> : null}
            {atOnce.withdrawn > 0 ? <p>{words.dryRun.withdrawn(number(atOnce.withdrawn))}</p> : null}
          </Finding>
          <Finding name={words.dryRun.there} samples={[]}>
            <p>{words.dryRun.thereRecords(number(0))}</p>
          </Finding>
          {atOnce.misfits.changed === 0 ? null : (
            <Finding name={words.dryRun.misfits} samples={atOnce.misfits.samples}>
              <p>{words.dryRun.misfitsText(number(atOnce.misfits.changed))}</p>
            </Finding>
          )}
        </dl>
      </Section>
      {dryRun.filters.map((effect) => (
        <FilterFinding key={effect.object} effect={effect} />
      ))}
      <Section title={words.dryRun.withBackfill}>
        <dl className={`findings${isBackfilled ? '' : ' muted'}`}>
          <Finding name={words.dryRun.here} samples={backfill.here.samples}>
            <p>{words.dryRun.herePeople(number(backfill.here.changed))}</p>
            {backfill.reads > 0 ? <p>{words.dryRun.reads(number(backfill.reads))}</p> : null}
          </Finding>
          <Finding name={words.dryRun.there} samples={backfill.there.samples}>
            <p>{words.dryRun.thereRecords(number(backfill.there.changed))}</p>
            <p>
              {words.dryRun.calls(
                number(backfill.calls),
                formats.range(backfill.durationMs.low, backfill.durationMs.high),
              )}
            </p>
          </Finding>
          <Finding name={words.dryRun.conflicts} samples={[]}>
            <p>
              {number(conflicts)}.{' '}
              {conflicts === 0
                ? null
                : words.dryRun.conflictsText(
                    number(backfill.conflicts.salesforce),
                    number(backfill.conflicts.marketing),
                    number(backfill.conflicts.held),
                  )}
            </p>
            <p className="muted">{words.dryRun.optOuts}</p>
          </Finding>
        </dl>
      </Section>
      {dryRun.statements.length === 0 ? null : (
        <details>
          <summary>{words.dryRun.statement}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long statement is scrolled by keyboard too */}
          <pre className="statements" tabIndex={0}>
            {dryRun.statements.map((statement) => `${statement};`).join('\n\n')}
          </pre>
        </details>
      )}
    </>
  );
};

/** What another filter would do: who leaves and who comes, on both sides. */
const FilterFinding = ({ effect }: { readonly effect: FilterEffect }) => {
  const { words, formats } = useWords();
  const { number } = formats;
  return (
    <Section title={words.filters.effect(words.objects[effect.object])}>
      <div className="stack">
        {effect.isSlow ? <Notice tone="warn" title={words.filters.slow} /> : null}
        <dl className="findings">
          <Finding name={words.dryRun.here} samples={[]}>
            <p>{words.filters.leaves(number(effect.people))}</p>
            <Names summary={words.filters.leaving(effect.leaving.length)} count={effect.leaving.length}>
              {effect.leaving.map(({ personId, personName }) => (
                <li key={personId}>
                  <Link to="/people/$personId" params={{ personId: String(personId) }}>
                    {personName ?? words.conflicts.somebody(personId)}
                  </Link>
                </li>
              ))}
            </Names>
          </Finding>
          <Finding name={words.dryRun.there} samples={[]}>
            <p>{words.filters.counts(number(effect.in), number(effect.out))}</p>
            <p>
              {words.filters.leavesThere(number(effect.leaves))} {words.filters.comesThere(number(effect.comes))}
            </p>
            <Names summary={words.filters.coming(effect.coming.length)} count={effect.coming.length}>
              {effect.coming.map(({ salesforceId, name }) => (
                <li key={salesforceId}>
                  {name} <code className="muted">{salesforceId}</code>
                </li>
              ))}
            </Names>
            <p>{words.filters.scan(number(effect.calls))}</p>
          </Finding>
        </dl>
        <p className="muted">{words.filters.scanFirst}</p>
      </div>
    </Section>
  );
};

interface NamesProps {
  readonly summary: string;
  readonly count: number;
  readonly children: ReactNode;
}

const Names = ({ summary, count, children }: NamesProps) =>
  count === 0 ? null : (
    <details>
      <summary>{summary}</summary>
      <ul>{children}</ul>
    </details>
  );

interface FindingProps {
  readonly name: string;
  readonly samples: readonly ChangeSample[];
  readonly children: ReactNode;
}

const Finding = ({ name, samples, children }: FindingProps) => {
  const { words } = useWords();
  return (
    <>
      <dt>{name}</dt>
      <dd className="stack tight">
        {children}
        {samples.length === 0 ? null : (
          <details>
            <summary>{words.dryRun.samples(samples.length)}</summary>
            <Samples label={name} samples={samples} />
          </details>
        )}
      </dd>
    </>
  );
};

const Samples = ({ label, samples }: { readonly label: string; readonly samples: readonly ChangeSample[] }) => {
  const { words } = useWords();
  const columns: readonly Column<ChangeSample>[] = [
    {
      key: 'person',
      title: words.dryRun.person,
      cell: (sample) => (
        <Link to="/people/$personId" params={{ personId: String(sample.personId) }}>
          {sample.personName ?? words.conflicts.somebody(sample.personId)}
        </Link>
      ),
    },
    { key: 'field', title: words.dryRun.field, cell: (sample) => <code>{sample.field}</code> },
    { key: 'before', title: words.dryRun.before, cell: (sample) => <Value value={sample.before} /> },
    { key: 'after', title: words.dryRun.after, cell: (sample) => <Value value={sample.after} /> },
  ];
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={samples}
      rowKey={(sample) => `${sample.personId} ${sample.field}`}
    />
  );
};
