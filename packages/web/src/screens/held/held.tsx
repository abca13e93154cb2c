import type { Held, HeldRow } from '@syncline/contract/held';
import { type QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Hand } from 'lucide-react';
import { useState } from 'react';
import { api, type HeldFilter } from '../../api/client.ts';
import { problemOf, wordsOfProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Value } from '../../components/field-value.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Page } from '../../components/page.tsx';
import { PickedBar } from '../../components/picked-bar.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { When } from '../../components/time.tsx';
import { toast, undoableToast } from '../../components/toasts.tsx';
import { usePicked } from '../../lib/use-picked.ts';
import { useSession } from '../../shell/session.tsx';
import { WhoMay } from '../../shell/who-may.tsx';
import { useWords } from '../../words/use-words.ts';
import { ErrorTabs } from '../errors/errors.tsx';

const PAGE = 100;
const KEEPS = ['ours', 'theirs'] as const;
type Keep = (typeof KEEPS)[number];

/** Fields that both sides changed and whose policy is to ask: both values, and somebody's choice. */
export const HeldScreen = ({ search }: { readonly search: HeldFilter }) => {
  const { words } = useWords();
  const held = useInfiniteQuery(queries.held(search));
  const causes = useQuery(queries.errorCauses());
  const first = held.data?.pages[0];
  const isFiltered = search.field !== undefined || search.object !== undefined;
  return (
    <Page title={words.held.title} lead={words.held.lead}>
      <ErrorTabs current="held" causes={causes.data?.causes ?? []} />
      <WhoMay needs="operator" />
      <Faces query={held}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.rows);
          if (first === undefined || rows.length === 0) return <NothingHeld isFiltered={isFiltered} />;
          return (
            <div className="stack">
              <div className="row spread">
                <FieldFilter fields={first.fields} search={search} />
                <KeepAll search={search} total={first.total} />
              </div>
              <Rows rows={rows} total={first.total} />
              <MoreRows list={held} page={PAGE} />
            </div>
          );
        }}
      </Faces>
    </Page>
  );
};

const NothingHeld = ({ isFiltered }: { readonly isFiltered: boolean }) => {
  const { words } = useWords();
  return (
    <div className="card">
      <EmptyState
        icon={<Hand aria-hidden strokeWidth={1.5} />}
        title={isFiltered ? words.held.noMatch : words.held.none}
        {...(isFiltered
          ? {
              action: (
                <ButtonLink to="/held" search={{}}>
                  {words.common.clearFilters}
                </ButtonLink>
              ),
            }
          : { why: words.held.noneMore })}
      />
    </div>
  );
};

/** Each field with how many of it are held, the most first. A field of leads and contacts alike is one choice an object. */
const FieldFilter = ({ fields, search }: { readonly fields: Held['fields']; readonly search: HeldFilter }) => {
  const { words, formats } = useWords();
  const navigate = useNavigate();
  const keyOf = (object: string, field: string): string => `${object} ${field}`;
  const chosen = fields.find(
    ({ object, field }) => field === search.field && (search.object === undefined || object === search.object),
  );
  return (
    <Select
      label={words.held.field}
      value={chosen === undefined ? 'all' : keyOf(chosen.object, chosen.field)}
      options={[
        { value: 'all', label: words.common.all },
        ...fields.map(({ object, field, label, count }) => ({
          value: keyOf(object, field),
          label: `${words.objects[object]}: ${label} (${formats.number(count)})`,
        })),
      ]}
      onChange={(key) => {
        const next = fields.find(({ object, field }) => keyOf(object, field) === key);
        void navigate({
          to: '/held',
          search: next === undefined ? {} : { object: next.object, field: next.field },
          replace: true,
        });
      }}
    />
  );
};

const useResolve = (onDone: () => void) => {
  const { words } = useWords();
  const client = useQueryClient();
  const reverse = useReverse();
  return useMutation({
    mutationFn: api.resolveHeld,
    onSuccess: async ({ resolved, skipped }, choice) => {
      onDone();
      const [only, ...more] = 'ids' in choice ? choice.ids : [];
      const said = words.held.resolved(resolved, skipped);
      if (resolved === 1 && only !== undefined && more.length === 0)
        undoableToast(said, () => reverse(only, choice.keep));
      else toast(said);
      await askAgain(client);
    },
  });
};

const askAgain = async (client: QueryClient): Promise<void> => {
  await Promise.all(
    [['held'], ['status'], ['people'], ['conflicts']].map((queryKey) => client.invalidateQueries({ queryKey })),
  );
};

/** One decision taken back is the other one, by the ordinary way (MRG12): what was sent meanwhile is sent again, and nobody is left waiting. */
const useReverse = (): ((heldId: number, keep: Keep) => Promise<void>) => {
  const { words } = useWords();
  const client = useQueryClient();
  return async (heldId, keep) => {
    try {
      await api.reverseConflict(heldId);
      toast(words.held.reversed[keep]);
    } catch (error) {
      toast(wordsOfProblem(problemOf(error), words).title, 'bad');
    }
    await askAgain(client);
  };
};

/** One choice for all that match, counted first. */
const KeepAll = ({ search, total }: { readonly search: HeldFilter; readonly total: number }) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const [asked, setAsked] = useState<Keep | null>(null);
  const resolve = useResolve(() => setAsked(null));
  return (
    <div className="row">
      <span className="muted number">{words.held.forAll(total)}</span>
      {KEEPS.map((keep) => (
        <Button key={keep} isSmall onPress={() => setAsked(keep)} isDisabled={!mayAct}>
          {words.held.keep[keep]}
        </Button>
      ))}
      <ConfirmDialog
        title={words.held.keepAllTitle[asked ?? 'ours'](total)}
        verb={words.held.keepAllVerb[asked ?? 'ours'](total)}
        isOpen={asked !== null}
        isPending={resolve.isPending}
        problem={resolve.error === null ? null : problemOf(resolve.error)}
        onConfirm={() => resolve.mutate({ filter: search, keep: asked ?? 'ours' })}
        onClose={() => setAsked(null)}
      >
        <p>{words.held.consequence[asked ?? 'ours']}</p>
      </ConfirmDialog>
    </div>
  );
};

const Rows = ({ rows, total }: { readonly rows: readonly HeldRow[]; readonly total: number }) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const picked = usePicked();
  const resolve = useResolve(picked.clear);
  const [asked, setAsked] = useState<HeldRow | null>(null);
  const decide = (ids: readonly number[], keep: Keep): void => resolve.mutate({ ids: [...ids], keep });
  const keepOf = (row: HeldRow, keep: Keep): void =>
    keep === 'ours' && row.needsReason ? setAsked(row) : decide([row.heldId], keep);
  const nameOf = (row: HeldRow): string => row.personName ?? words.conflicts.somebody(row.personId);
  const columns: readonly Column<HeldRow>[] = [
    {
      key: 'person',
      width: '15%',
      title: words.conflicts.person,
      cell: (row) => (
        <Link to="/people/$personId" params={{ personId: String(row.personId) }}>
          {nameOf(row)}
        </Link>
      ),
    },
    { key: 'field', width: '13%', title: words.held.field, cell: (row) => <Field row={row} /> },
    { key: 'ours', width: '16%', title: words.conflicts.ours, cell: (row) => <Value value={row.ours} isStrong /> },
    {
      key: 'theirs',
      width: '18%',
      title: words.conflicts.theirs,
      cell: (row) => <Value value={row.theirs} isStrong />,
    },
    {
      key: 'at',
      width: '10%',
      title: words.held.since,
      isTight: true,
      isOffPhone: true,
      cell: (row) => <When at={row.at} />,
    },
    {
      key: 'keep',
      width: '30%',
      title: words.held.decide,
      isTitleHidden: true,
      cell: (row) => (
        <span className="row">
          {KEEPS.map((keep) => (
            <Button
              key={keep}
              isSmall
              label={words.held.keepOf[keep](row.label, nameOf(row))}
              onPress={() => keepOf(row, keep)}
              isDisabled={!mayAct || resolve.isPending}
            >
              {words.held.keep[keep]}
            </Button>
          ))}
        </span>
      ),
    },
  ];
  return (
    <div>
      {resolve.error === null ? null : <Failed problem={problemOf(resolve.error)} live="assertive" />}
      <PickedBar picked={picked}>
        {KEEPS.map((keep) => (
          <Button
            key={keep}
            isSmall
            onPress={() => decide([...picked.keys].map(Number), keep)}
            isDisabled={!mayAct}
            isPending={resolve.isPending}
          >
            {words.held.keepAllVerb[keep](picked.keys.size)}
          </Button>
        ))}
      </PickedBar>
      {asked === null ? null : (
        <ReasonDialog
          row={asked}
          isPending={resolve.isPending}
          onGiven={(reason) =>
            resolve.mutate({ ids: [asked.heldId], keep: 'ours', reason }, { onSettled: () => setAsked(null) })
          }
          onClose={() => setAsked(null)}
        />
      )}
      <DataTable
        label={words.held.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.heldId}
        total={total}
        picking={{
          picked: picked.keys,
          onPick: picked.pick,
          labelOf: (row) => words.lists.pick(`${row.label}, ${nameOf(row)}`),
          allLabel: words.lists.pickAll,
        }}
      />
    </div>
  );
};

/** MRG16: an opt-out is loosened only on purpose. */
const ReasonDialog = ({
  row,
  isPending,
  onGiven,
  onClose,
}: {
  readonly row: HeldRow;
  readonly isPending: boolean;
  readonly onGiven: (reason: string) => void;
  readonly onClose: () => void;
}) => {
  const { words } = useWords();
  const [reason, setReason] = useState('');
  return (
    <ConfirmDialog
      title={words.held.keepOf.ours(row.label, row.personName ?? words.conflicts.somebody(row.personId))}
      verb={words.held.keep.ours}
      isOpen
      isPending={isPending}
      isVerbDisabled={reason.trim() === ''}
      problem={null}
      onConfirm={() => onGiven(reason)}
      onClose={onClose}
    >
      <TextField
        name="reason"
        label={words.person.reason}
        value={reason}
        onChange={setReason}
        hint={words.person.reasonHint}
      />
    </ConfirmDialog>
  );
};

/** SAFE8: a loop says with whom. */
const Field = ({ row }: { readonly row: HeldRow }) => {
  const { words } = useWords();
  return (
    <>
      {row.label}
      {row.bouncesWith === null ? null : (
        <>
          {' '}
          <span className="muted caption">{words.held.bounces(row.bouncesWith)}</span>
        </>
      )}
    </>
  );
};
