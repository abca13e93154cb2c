import type { SyncField } from '@syncline/contract/setup';
import type { SyncObjectName } from '@syncline/contract/shared';
import { memo } from 'react';
import { Check } from '../../components/check.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { useWords } from '../../words/use-words.ts';
import { type Dropped, nameOf } from './choice.ts';

export interface FieldTableProps {
  readonly object: SyncObjectName;
  readonly fields: readonly SyncField[];
  readonly dropped: Dropped;
  readonly isReadOnly: boolean;
  readonly onKeep: (field: SyncField, isKept: boolean) => void;
}

/** The fields of one object, each with its right to be dropped. */
export const FieldTable = memo((props: FieldTableProps) => {
  const { object, fields, dropped, isReadOnly, onKeep } = props;
  const { words } = useWords();
  const columns: readonly Column<SyncField>[] = [
    {
      key: 'field',
      title: words.syncFields.field,
      cell: (field) => {
        const label = <span className="field-label">{field.label}</span>;
        if (isReadOnly) return label;
        return (
          <span style={{ display: 'flex', alignItems: 'center', gap: 10 }}>
            <Check
              isLabelHidden
              isChecked={!dropped.has(nameOf(field))}
              isDisabled={field.isNeeded}
              onChange={(isKept) => onKeep(field, isKept)}
            >
              {words.syncFields.keep(field.label, words.objects[field.object])}
            </Check>
            {label}
          </span>
        );
      },
    },
    { key: 'apiName', title: words.syncFields.apiName, cell: (field) => <code>{field.apiName}</code> },
    { key: 'type', title: words.syncFields.type, cell: (field) => field.salesforceType, isTight: true },
    {
      key: 'becomes',
      title: words.syncFields.becomes,
      cell: (field) =>
        field.column === null ? (
          <span className="muted">{words.syncFields.mirrorOnly}</span>
        ) : (
          <span>
            <code>{field.column}</code> <span className="muted">{field.columnType}</span>
          </span>
        ),
    },
    {
      key: 'filled',
      title: words.syncFields.filled,
      hint: words.syncFields.filledHint,
      isNumeric: true,
      cell: (field) => <Filled field={field} />,
    },
  ];
  if (fields.length === 0) return null;
  return (
    <section className="object-section" aria-label={words.objects[object]}>
      <h2>
        {words.objects[object]}
        <span className="muted number">{words.units.fields(fields.length)}</span>
      </h2>
      <DataTable label={words.objects[object]} columns={columns} rows={fields} rowKey={nameOf} />
    </section>
  );
});
FieldTable.displayName = 'FieldTable';

const Filled = ({ field }: { readonly field: SyncField }) => {
  const { words, formats } = useWords();
  if (field.isNeeded) {
    return (
      <span className="filled">
        <span className="muted">{words.syncFields.needed}</span>
        {field.filledShare === null ? null : <span className="share">{formats.percent(field.filledShare)}</span>}
      </span>
    );
  }
  if (field.filledShare === null) return <span className="muted">{words.syncFields.unknownShare}</span>;
  return (
    <span className="filled">
      <span className="meter" aria-hidden>
        <span style={{ width: `${field.filledShare * 100}%` }} />
      </span>
      <span className="share">{formats.percent(field.filledShare)}</span>
    </span>
  );
};
