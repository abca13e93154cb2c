import type { RecordField } from '@syncline/contract/companies';
import { useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { Check } from './check.tsx';
import { DataTable } from './data-table.tsx';
import { EmptyState } from './empty-state.tsx';
import { Value } from './field-value.tsx';
import { Section } from './page.tsx';
import { SearchField } from './search-field.tsx';
import { ToneIcon } from './tone.tsx';

/** The fields of a record that Salesforce alone changes: both sides' values, and which of ours it will overwrite. */
export const RecordFields = ({ fields }: { readonly fields: readonly RecordField[] }) => {
  const { words } = useWords();
  const [text, setText] = useState('');
  const [isFilledOnly, setFilledOnly] = useState(true);
  const wanted = text.trim().toLowerCase();
  const rows = fields.filter(
    (field) =>
      (!isFilledOnly || field.differs || hasValue(field.ours) || hasValue(field.theirs)) &&
      [field.label, field.field, field.salesforceName].some((word) => word.toLowerCase().includes(wanted)),
  );
  return (
    <Section
      title={words.person.fieldsTitle}
      beside={
        <>
          <Check isChecked={isFilledOnly} onChange={setFilledOnly}>
            {words.records.filledOnly}
          </Check>
          <SearchField isFilter label={words.person.searchFields} value={text} pauseMs={120} onSearch={setText} />
        </>
      }
    >
      {rows.length === 0 ? (
        <div className="card">
          <EmptyState title={words.person.noFieldMatch} />
        </div>
      ) : (
        <FieldTable rows={rows} />
      )}
    </Section>
  );
};

const hasValue = (value: RecordField['ours']): boolean => value !== null && value !== '';

const FieldTable = ({ rows }: { readonly rows: readonly RecordField[] }) => {
  const { words } = useWords();
  return (
    <DataTable
      label={words.person.fieldsTitle}
      columns={[
        {
          key: 'field',
          width: '30%',
          title: words.person.field,
          cell: (field) => (
            <span style={{ display: 'flex', flexDirection: 'column' }}>
              <span>{field.label}</span>
              <code className="muted caption">{field.field}</code>
            </span>
          ),
        },
        {
          key: 'ours',
          width: '35%',
          title: words.person.ours,
          cell: (field) => <Value value={field.ours} isStrong={field.differs} />,
        },
        {
          key: 'theirs',
          width: '35%',
          title: words.person.theirs,
          cell: (field) => (
            <>
              <Value value={field.theirs} />
              {field.differs ? (
                <span className="badge warn">
                  <ToneIcon tone="warn" />
                  {words.records.overwrites}
                </span>
              ) : null}
            </>
          ),
        },
      ]}
      rows={rows}
      rowKey={(field) => field.field}
    />
  );
};
