import './brakes.css';
import {
  ANSWERS_OF,
  type BrakeAnswer,
  type BrakeDetail,
  type BrakeRow,
  type BrakeSample,
} from '@syncline/contract/brakes';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Hand } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Value } from '../../components/field-value.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page, Section } from '../../components/page.tsx';
import { When } from '../../components/time.tsx';
import { toast } from '../../components/toasts.tsx';
import { useSession } from '../../shell/session.tsx';
import { WhoMay } from '../../shell/who-may.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';

/** What stopped because much changed at once: what it would do, and the two answers. */
export const BrakesScreen = () => {
  const { words } = useWords();
  const brakes = useQuery(queries.brakes());
  return (
    <Page title={words.brakes.title} lead={words.brakes.lead}>
      <WhoMay needs="admin" />
      <Faces query={brakes}>
        {({ rows }) => {
          const open = rows.filter((row) => row.answer === null);
          const answered = rows.filter((row) => row.answer !== null);
          return (
            <div className="stack">
              {open.length === 0 ? <NothingStopped /> : null}
              {open.map((row) => (
                <OpenBrake key={row.brakeId} row={row} />
              ))}
              {answered.length === 0 ? null : <Answered rows={answered} />}
            </div>
          );
        }}
      </Faces>
    </Page>
  );
};

const NothingStopped = () => {
  const { words } = useWords();
  return (
    <div className="card">
      <EmptyState icon={<Hand aria-hidden strokeWidth={1.5} />} title={words.brakes.none} />
    </div>
  );
};

const OpenBrake = ({ row }: { readonly row: BrakeRow }) => {
  const { words, formats } = useWords();
  const detail = useQuery(queries.brake(row.brakeId));
  const name = words.brakes.stopped[row.direction](words.objects[row.object]);
  return (
    <Section title={name}>
      <div className="card stack">
        <Notice
          tone="hold"
          title={words.brakes.counted(row.changed, row.people, formats.time(row.brakedAt, new Date()))}
        >
          <p>{words.brakes.most(row.most)}</p>
        </Notice>
        <p className="number">
          <strong>{words.brakes.waiting(row.waiting)}</strong>{' '}
          <span className="muted">{words.brakes.goesOn[row.direction]}</span>
        </p>
        <Answers row={row} />
        <Faces query={detail}>{(data) => <What detail={data} name={name} />}</Faces>
      </div>
    </Section>
  );
};

const What = ({ detail, name }: { readonly detail: BrakeDetail; readonly name: string }) => {
  const { words, formats } = useWords();
  return (
    <>
      {detail.statements.length === 0 ? null : (
        <div>
          <h3>{words.brakes.statements}</h3>
          <ul>
            {detail.statements.map(({ at, records, fields }) => (
              <li key={`${at} ${fields.join()}`} className="number">
                {words.brakes.statement(records, formats.time(at, new Date()), fields.join(', '))}
              </li>
            ))}
          </ul>
        </div>
      )}
      {detail.sample.length === 0 ? null : (
        <div className="stack tight">
          <h3>{words.brakes.sample(detail.sample.length)}</h3>
          <DataTable
            label={`${name}: ${words.brakes.sampleLabel}`}
            columns={columnsOf(words, detail.direction)}
            rows={detail.sample}
            rowKey={(row) => row.salesforceId ?? row.personId ?? ''}
          />
        </div>
      )}
    </>
  );
};

/** Each answer says first what it does; nothing is decided by waiting. */
const Answers = ({ row }: { readonly row: BrakeRow }) => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const [asked, setAsked] = useState<BrakeAnswer | null>(null);
  const answer = useMutation({
    mutationFn: (chosen: BrakeAnswer) => api.answerBrake(row.brakeId, chosen),
    onSuccess: async ({ records }, chosen) => {
      setAsked(null);
      toast(words.brakes.done[chosen](records));
      await client.invalidateQueries();
    },
  });
  const [first, second] = ANSWERS_OF[row.direction];
  return (
    <div className="row">
      {[first, second].map((chosen) => (
        <Button
          key={chosen}
          look={chosen === first ? 'primary' : 'secondary'}
          onPress={() => setAsked(chosen)}
          isDisabled={!mayAdminister}
        >
          {words.brakes.verbs[chosen](row.waiting)}
        </Button>
      ))}
      <ConfirmDialog
        title={asked === null ? '' : `${words.brakes.verbs[asked](row.waiting)}?`}
        verb={asked === null ? '' : words.brakes.verbs[asked](row.waiting)}
        isOpen={asked !== null}
        isPending={answer.isPending}
        problem={answer.error === null ? null : problemOf(answer.error)}
        onConfirm={() => {
          if (asked !== null) answer.mutate(asked);
        }}
        onClose={() => {
          setAsked(null);
          answer.reset();
        }}
      >
        <p>{asked === null ? '' : words.brakes.consequences[asked]}</p>
      </ConfirmDialog>
    </div>
  );
};

const Answered = ({ rows }: { readonly rows: readonly BrakeRow[] }) => {
  const { words, formats } = useWords();
  const columns: readonly Column<BrakeRow>[] = [
    {
      key: 'what',
      title: words.brakes.what,
      cell: (row) => words.brakes.stopped[row.direction](words.objects[row.object]),
    },
    { key: 'waiting', title: words.brakes.records, isNumeric: true, cell: (row) => formats.number(row.waiting) },
    {
      key: 'answer',
      title: words.brakes.answer,
      cell: (row) => (row.answer === null ? '' : words.brakes.answers[row.answer]),
    },
    { key: 'by', title: words.brakes.by, isOffPhone: true, cell: (row) => row.answeredBy ?? '' },
    { key: 'at', title: words.brakes.at, isNumeric: true, cell: (row) => <When at={row.answeredAt} /> },
  ];
  return (
    <Section title={words.brakes.answered}>
      <DataTable label={words.brakes.answered} columns={columns} rows={rows} rowKey={(row) => row.brakeId} />
    </Section>
  );
};

const columnsOf = (words: Words, direction: BrakeRow['direction']): readonly Column<BrakeSample>[] => [
  {
    key: 'who',
    title: words.brakes.record,
    cell: (row) =>
      row.personId === null ? (
        <code>{row.salesforceId}</code>
      ) : (
        <Link to="/people/$personId" params={{ personId: String(row.personId) }}>
          {row.name ?? row.salesforceId ?? String(row.personId)}
        </Link>
      ),
  },
  {
    key: 'change',
    title: words.brakes.change,
    cell: (row) =>
      row.isGone ? (
        words.brakes.gone
      ) : (
        <ul className="changing">
          {row.fields.map(({ label, before, after }) => (
            <li key={label}>
              <span className="muted">{label}:</span> <Value value={before} /> <span aria-hidden>→</span>
              <span className="visually-hidden">{words.brakes.becomes}</span> <Value value={after} isStrong />
            </li>
          ))}
        </ul>
      ),
  },
  ...(direction === 'in'
    ? [{ key: 'by', title: words.brakes.changedBy, isOffPhone: true, cell: (row: BrakeSample) => row.by ?? '–' }]
    : []),
];
