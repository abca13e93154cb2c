import type { DifferenceRow, Sameness } from '@syncline/contract/sameness';
import type { SyncObjectName } from '@syncline/contract/shared';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Equal } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf, shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Page } from '../../components/page.tsx';
import { When } from '../../components/time.tsx';
import { toast } from '../../components/toasts.tsx';
import { useSession } from '../../shell/session.tsx';
import { WhoMay } from '../../shell/who-may.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';

const PAGE = 100;

/** Do both sides say the same? When was that proven, what differs, and the two things that can be done. */
export const DifferencesScreen = ({ object }: { readonly object: SyncObjectName }) => {
  const { words } = useWords();
  const objects = useQuery(queries.objects());
  return (
    <Page title={words.sameness.title(words.objects[object])} lead={words.sameness.lead}>
      <WhoMay needs="operator" />
      <Faces query={objects}>
        {(data) => {
          const row = data.objects.find((each) => each.object === object);
          return row === undefined ? null : <OfObject object={object} sameness={row.sameness} />;
        }}
      </Faces>
    </Page>
  );
};

const OfObject = ({ object, sameness }: { readonly object: SyncObjectName; readonly sameness: Sameness }) => {
  const { words } = useWords();
  const differences = useInfiniteQuery(queries.differences(object));
  return (
    <div className="stack">
      <div className="row spread">
        <LastCheck object={object} sameness={sameness} />
        <Acts object={object} sameness={sameness} />
      </div>
      {sameness.problem === null ? null : <Failed problem={shownProblem(sameness.problem)} />}
      <Faces query={differences}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.rows);
          const first = data.pages[0];
          if (first === undefined || rows.length === 0) return <NothingDiffers sameness={sameness} />;
          return (
            <>
              <DataTable
                label={words.sameness.tableLabel}
                columns={columnsOf(words)}
                rows={rows}
                rowKey={(row) => row.salesforceId}
                total={first.total}
              />
              <MoreRows list={differences} page={PAGE} />
            </>
          );
        }}
      </Faces>
    </div>
  );
};

const LastCheck = ({ object, sameness }: { readonly object: SyncObjectName; readonly sameness: Sameness }) => {
  const { words } = useWords();
  return (
    <div className="stack tight">
      <div>
        <Badge kind="sameness" state={sameness.state} />
      </div>
      <p className="muted caption number">
        {sameness.checkedAt === null ? (
          words.sameness.never
        ) : (
          <>
            {words.sameness.lastCheck} <When at={sameness.checkedAt} />.{' '}
            {words.sameness.counted(sameness.compared, sameness.waiting, sameness.young)}
          </>
        )}
      </p>
      {object === 'Account' && sameness.waiting > 0 ? (
        <p className="muted caption">{words.sameness.companiesWait}</p>
      ) : null}
    </div>
  );
};

const Acts = ({ object, sameness }: { readonly object: SyncObjectName; readonly sameness: Sameness }) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const client = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const again = (): Promise<unknown> =>
    Promise.all([['objects'], ['differences']].map((queryKey) => client.invalidateQueries({ queryKey })));
  const check = useMutation({
    mutationFn: () => api.checkSameness(object),
    onSuccess: async () => {
      toast(words.sameness.checkAsked);
      await again();
    },
  });
  const repair = useMutation({
    mutationFn: () => api.repairDifferences(object),
    onSuccess: async ({ asked }) => {
      setAsked(false);
      toast(words.sameness.repairAsked(asked));
      await again();
    },
  });
  const isBusy = sameness.state === 'checking' || sameness.state === 'repairing';
  return (
    <div className="row">
      {check.error === null ? null : <Failed problem={problemOf(check.error)} />}
      <Button isSmall onPress={() => check.mutate()} isPending={check.isPending} isDisabled={!mayAct || isBusy}>
        {words.sameness.check}
      </Button>
      {sameness.differing === 0 ? null : (
        <Button isSmall look="primary" onPress={() => setAsked(true)} isDisabled={!mayAct || isBusy}>
          {words.sameness.repair(sameness.differing)}
        </Button>
      )}
      <ConfirmDialog
        title={words.sameness.repairTitle(sameness.differing)}
        verb={words.sameness.repair(sameness.differing)}
        isOpen={isAsked}
        isPending={repair.isPending}
        problem={repair.error === null ? null : problemOf(repair.error)}
        onConfirm={() => repair.mutate()}
        onClose={() => setAsked(false)}
      >
        <p>{words.sameness.consequence}</p>
      </ConfirmDialog>
    </div>
  );
};

const NothingDiffers = ({ sameness }: { readonly sameness: Sameness }) => {
  const { words, formats } = useWords();
  return (
    <div className="card">
      <EmptyState
        icon={<Equal aria-hidden strokeWidth={1.5} />}
        title={
          sameness.state === 'equal' && sameness.equalAt !== null
            ? words.sameness.equalAt(formats.time(sameness.equalAt, new Date()))
            : words.sameness.nothingKnown
        }
      />
    </div>
  );
};

const columnsOf = (words: Words): readonly Column<DifferenceRow>[] => [
  {
    key: 'record',
    title: words.sameness.record,
    cell: (row) =>
      row.personId === null ? (
        <code>{row.salesforceId}</code>
      ) : (
        <Link to="/people/$personId" params={{ personId: String(row.personId) }}>
          {row.name ?? row.salesforceId}
        </Link>
      ),
  },
  { key: 'kind', title: words.sameness.what, cell: (row) => words.sameness.kinds[row.kind] },
  {
    key: 'fields',
    title: words.sameness.fields,
    isOffPhone: true,
    cell: (row) => row.fields.map(({ label }) => label).join(', ') || <span className="muted">–</span>,
  },
  { key: 'found', title: words.sameness.found, isNumeric: true, cell: (row) => <When at={row.foundAt} /> },
];
