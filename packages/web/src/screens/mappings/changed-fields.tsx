import type { FieldChange, FieldDifferences, FieldName, MapEdit } from '@syncline/contract/mappings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { useSession } from '../../shell/session.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';

type Difference = FieldDifferences['differences'][number];

export interface ChangedFieldsProps {
  readonly draft: FieldChange | null;
  readonly mayEdit: boolean;
  readonly onEdit: (edits: readonly MapEdit[]) => void;
}

/** A list older than this is asked anew when the screen opens. */
const OLD_MS = 60_000;

/** Fields of Salesforce that are not as the map has them: since when, what is done meanwhile, who can mend it, and one act each. */
export const ChangedFields = (props: ChangedFieldsProps) => {
  const { words, formats } = useWords();
  const { mayAct } = useSession();
  const client = useQueryClient();
  const found = useQuery(queries.fieldDifferences());
  const { mutate, ...look } = useMutation({
    mutationFn: () => api.lookAtFields(),
    onSuccess: async (data) => {
      client.setQueryData(queries.fieldDifferences().queryKey, data);
      // How many there are stands in the tab, which the map brings.
      await client.invalidateQueries({ queryKey: queries.fieldMaps().queryKey, exact: true });
    },
  });
  const isOld = found.data !== undefined && isOlder(found.data.lookedAt);
  useEffect(() => {
    if (isOld && mayAct && look.isIdle) mutate();
  }, [isOld, mayAct, look.isIdle, mutate]);
  return (
    <div className="stack">
      <div className="row spread">
        <p className="muted" role="status">
          {found.data?.lookedAt
            ? words.mappings.changedHint(formats.time(found.data.lookedAt, new Date()))
            : words.mappings.changedNever}
        </p>
        <Button isSmall isDisabled={!mayAct} isPending={look.isPending} onPress={() => mutate()}>
          {words.mappings.lookAgain}
        </Button>
      </div>
      {look.error === null ? null : <Failed problem={problemOf(look.error)} live="assertive" hideLink />}
      <Faces query={found}>
        {({ differences }) =>
          differences.length === 0 ? (
            <div className="card">
              <EmptyState title={words.mappings.noneChanged} />
            </div>
          ) : (
            <Differences rows={differences} {...props} />
          )
        }
      </Faces>
    </div>
  );
};

const isOlder = (lookedAt: string | null): boolean =>
  lookedAt === null || Date.now() - new Date(lookedAt).getTime() > OLD_MS;

/** What is done meanwhile, in the sentence that fits what changed. */
const whatNow = (row: Difference, words: Words): string => {
  const { whatNow: says } = words.mappings;
  if (row.kind === 'retyped' && row.fits === true) return says.fits;
  if (row.kind === 'length' && Number(row.is) > Number(row.was)) return says.longer;
  if (row.kind === 'picklist' && row.whoCanFix === 'you') return says.free;
  return says[row.kind];
};

const Differences = ({
  rows,
  draft,
  mayEdit,
  onEdit,
}: ChangedFieldsProps & { readonly rows: readonly Difference[] }) => {
  const { words, formats } = useWords();
  const isDrafted = ({ object, name }: Difference): boolean =>
    draft?.edits.some(
      (edit) => (edit.kind === 'add' || edit.kind === 'retype') && edit.object === object && edit.name === name,
    ) ?? false;
  const columns: readonly Column<Difference>[] = [
    {
      key: 'field',
      title: words.mappings.salesforce,
      cell: (row) => (
        <span className="pair">
          <span>{row.name === '*' ? words.objects[row.object] : row.label}</span>
          <code className="muted caption">
            {row.name === '*' ? words.mappings.wholeObject : `${row.object}.${row.name}`}
          </code>
        </span>
      ),
    },
    {
      key: 'change',
      title: words.mappings.change,
      cell: (row) => (
        <span className="pair">
          <span>{words.mappings.kinds[row.kind]({ ...row, was: row.was ?? '', is: row.is ?? '' })}</span>
          <span className="muted caption">{whatNow(row, words)}</span>
          {row.isInFilter ? (
            <span className="caption">{words.mappings.inFilter(words.objects[row.object])}</span>
          ) : null}
        </span>
      ),
    },
    {
      key: 'who',
      title: words.common.whoFixes,
      cell: (row) => words.common.who[row.whoCanFix],
    },
    {
      key: 'people',
      title: words.mappings.people,
      isNumeric: true,
      cell: (row) =>
        row.people === null ? (
          '–'
        ) : (
          <span className="pair">
            <span>{formats.number(row.people)}</span>
            {row.wouldFail === 0 ? null : (
              <span className="caption">{words.mappings.wouldFail(formats.number(row.wouldFail))}</span>
            )}
          </span>
        ),
    },
    {
      key: 'act',
      title: words.mappings.addField,
      isTitleHidden: true,
      isTight: true,
      cell: (row) =>
        isDrafted(row) ? (
          <span className="muted">{words.mappings.inDraft}</span>
        ) : row.kind === 'new' ? (
          <Button
            isSmall
            isDisabled={!mayEdit}
            label={words.mappings.addOf(row.label)}
            onPress={() => onEdit([{ kind: 'add', object: row.object, name: row.name }])}
          >
            {words.mappings.addField}
          </Button>
        ) : row.kind === 'retyped' && row.fits === false ? (
          <Button
            isSmall
            isDisabled={!mayEdit}
            label={words.mappings.retypeOf(row.label)}
            onPress={() => onEdit([{ kind: 'retype', object: row.object, name: row.name }])}
          >
            {words.mappings.retype}
          </Button>
        ) : row.kind === 'renamed' ? (
          <TakeName row={row} mayEdit={mayEdit} />
        ) : row.waiting > 0 ? (
          <Withdraw row={row} mayEdit={mayEdit} />
        ) : row.isNotable ? (
          <TakeNote row={row} mayEdit={mayEdit} />
        ) : null,
    },
  ];
  return (
    <DataTable
      label={words.mappings.tabs.changed}
      columns={columns}
      rows={rows}
      rowKey={(row) => `${row.object}.${row.name}.${row.kind}`}
    />
  );
};

interface ActProps {
  readonly row: Difference;
  readonly mayEdit: boolean;
}

/** An act on one field of the list, which is another one afterwards. */
const useFieldAct = (row: Difference, act: (field: FieldName) => Promise<FieldDifferences>) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => act({ object: row.object, name: row.name }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['field-maps'] }),
  });
};

/** The field goes on under the name that it has now, in the column that it had. */
const TakeName = ({ row, mayEdit }: ActProps) => {
  const { words } = useWords();
  const rename = useFieldAct(row, api.renameField);
  return (
    <>
      <Button
        isSmall
        look="primary"
        isDisabled={!mayEdit}
        isPending={rename.isPending}
        label={words.mappings.renameOf(row.label)}
        onPress={() => rename.mutate()}
      >
        {words.mappings.rename}
      </Button>
      {rename.error === null ? null : <Failed problem={problemOf(rename.error)} live="assertive" hideLink />}
    </>
  );
};

/** What waits for a deleted field is given up. */
const Withdraw = ({ row, mayEdit }: ActProps) => {
  const { words } = useWords();
  const [isAsked, setAsked] = useState(false);
  const withdraw = useFieldAct(row, api.withdrawField);
  return (
    <>
      <Button isSmall isDisabled={!mayEdit} onPress={() => setAsked(true)}>
        {words.mappings.withdraw(row.waiting)}
      </Button>
      <ConfirmDialog
        title={words.mappings.withdrawTitle(row.waiting, row.label)}
        verb={words.mappings.withdraw(row.waiting)}
        isOpen={isAsked}
        isPending={withdraw.isPending}
        problem={withdraw.error === null ? null : problemOf(withdraw.error)}
        onConfirm={() => withdraw.mutate()}
        onClose={() => setAsked(false)}
      >
        <p>{words.mappings.withdrawLead}</p>
      </ConfirmDialog>
    </>
  );
};

/** The map is told of it, and it is listed no more. */
const TakeNote = ({ row, mayEdit }: ActProps) => {
  const { words } = useWords();
  const note = useFieldAct(row, api.noteField);
  return (
    <>
      <Button
        isSmall
        isDisabled={!mayEdit}
        isPending={note.isPending}
        label={words.mappings.noteOf(row.label)}
        onPress={() => note.mutate()}
      >
        {words.mappings.note}
      </Button>
      {note.error === null ? null : <Failed problem={problemOf(note.error)} live="assertive" hideLink />}
    </>
  );
};
