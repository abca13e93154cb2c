import type { FieldChange, FieldDifferences, MapEdit } from '@syncline/contract/mappings';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { useWords } from '../../words/use-words.ts';

type Difference = FieldDifferences['differences'][number];

export interface ChangedFieldsProps {
  readonly draft: FieldChange | null;
  readonly mayEdit: boolean;
  readonly onEdit: (edits: readonly MapEdit[]) => void;
}

/** Fields of Salesforce that are not as the map has them, and one act each, before anything fails. */
export const ChangedFields = (props: ChangedFieldsProps) => {
  const { words } = useWords();
  const found = useQuery(queries.fieldDifferences());
  return (
    <div className="stack">
      <div className="row spread">
        <p className="muted">{words.mappings.changedHint}</p>
        <Button isSmall isPending={found.isFetching} onPress={() => void found.refetch()}>
          {words.mappings.lookAgain}
        </Button>
      </div>
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

const Differences = ({
  rows,
  draft,
  mayEdit,
  onEdit,
}: ChangedFieldsProps & { readonly rows: readonly Difference[] }) => {
  const { words, formats } = useWords();
  const isDrafted = ({ object, name }: Difference): boolean =>
    draft?.edits.some((edit) => edit.kind === 'add' && edit.object === object && edit.name === name) ?? false;
  const columns: readonly Column<Difference>[] = [
    {
      key: 'field',
      title: words.mappings.salesforce,
      cell: (row) => (
        <span className="pair">
          <span>{row.label}</span>
          <code className="muted caption">
            {row.object}.{row.name}
          </code>
        </span>
      ),
    },
    {
      key: 'change',
      title: words.mappings.change,
      cell: (row) => (
        <span className="pair">
          <span>{words.mappings.kinds[row.kind](row.was ?? row.is ?? '', row.is ?? '')}</span>
          {row.kind === 'new' ? null : <span className="muted caption">{words.mappings.whatNow[row.kind]}</span>}
        </span>
      ),
    },
    {
      key: 'people',
      title: words.mappings.people,
      isNumeric: true,
      cell: (row) => (row.people === null ? '–' : formats.number(row.people)),
    },
    {
      key: 'act',
      title: words.mappings.addField,
      isTitleHidden: true,
      isTight: true,
      cell: (row) =>
        row.kind !== 'new' ? null : isDrafted(row) ? (
          <span className="muted">{words.mappings.inDraft}</span>
        ) : (
          <Button
            isSmall
            isDisabled={!mayEdit}
            label={words.mappings.addOf(row.label)}
            onPress={() => onEdit([{ kind: 'add', object: row.object, name: row.name }])}
          >
            {words.mappings.addField}
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label={words.mappings.tabs.changed}
      columns={columns}
      rows={rows}
      rowKey={(row) => `${row.object}.${row.name}`}
    />
  );
};
