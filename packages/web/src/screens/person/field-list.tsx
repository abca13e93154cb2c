import type { Person, PersonField } from '@syncline/contract/people';
import { Link } from '@tanstack/react-router';
import { CircleHelp, Pencil } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Check } from '../../components/check.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Value } from '../../components/field-value.tsx';
import { Section } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { EditField } from './edit-field.tsx';
import { isOverwritten, matchingFields, needsEye, shownState } from './field-view.ts';
import { WhyValue } from './why-value.tsx';

/** Both sides' values and what was last agreed, field by field. */
export const FieldList = ({ person }: { readonly person: Person }) => {
  const { words } = useWords();
  const [isOnlyDiffering, setOnlyDiffering] = useState(false);
  const [text, setText] = useState('');
  const [edited, setEdited] = useState<string | null>(null);
  const [asked, setAsked] = useState<PersonField | null>(null);
  const rows = matchingFields(person.fields, { text, isOnlyDiffering });
  const editedField = person.fields.find((field) => field.field === edited);
  return (
    <Section
      title={words.person.fieldsTitle}
      beside={
        <>
          <Check isChecked={isOnlyDiffering} onChange={setOnlyDiffering}>
            {words.person.onlyDiffering}
          </Check>
          <SearchField label={words.person.searchFields} value={text} pauseMs={120} onSearch={setText} />
        </>
      }
    >
      {rows.length === 0 ? (
        <div className="card">
          <EmptyState title={text.trim() === '' ? words.person.allEqual : words.person.noFieldMatch} />
        </div>
      ) : (
        <FieldTable rows={rows} company={person.company} onEdit={setEdited} onWhy={setAsked} />
      )}
      {asked === null ? null : (
        <WhyValue
          personId={person.person.personId}
          field={asked.field}
          label={asked.label}
          onClose={() => setAsked(null)}
        />
      )}
      {editedField === undefined ? null : (
        <EditField
          personId={person.person.personId}
          field={editedField}
          company={person.company}
          onClose={() => setEdited(null)}
        />
      )}
    </Section>
  );
};

/** What has no place in Salesforce is no news, so it is no badge. */
const StateOf = ({ field, company }: { readonly field: PersonField; readonly company: Person['company'] }) => {
  const { words } = useWords();
  const state = shownState(field);
  if (state === 'of_company' && company !== null)
    return (
      <span className="stack tight">
        <Link to="/companies/$companyId" params={{ companyId: String(company.companyId) }}>
          {words.badges.field.of_company}
        </Link>
        {isOverwritten(field) ? (
          <span className="muted caption overwritten">{words.person.willOverwrite(company.people)}</span>
        ) : null}
      </span>
    );
  return state === 'not_synced' || state === 'no_place' || state === 'of_company' ? (
    <span className="muted">{words.badges.field[state]}</span>
  ) : (
    <Badge kind="field" state={state} />
  );
};

interface FieldTableProps {
  readonly rows: readonly PersonField[];
  readonly company: Person['company'];
  readonly onEdit: (field: string) => void;
  readonly onWhy: (field: PersonField) => void;
}

const FieldTable = (props: FieldTableProps) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const columns: readonly Column<PersonField>[] = [
    {
      key: 'field',
      width: '18%',
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
      width: '22%',
      title: words.person.ours,
      cell: (field) => (
        <span className="with-edit">
          <Value value={field.ours} isStrong={needsEye(field)} />
          {field.isEditable && mayAct ? (
            <Button
              look="quiet"
              isSmall
              label={words.common.editValue(field.label)}
              icon={<Pencil aria-hidden />}
              onPress={() => props.onEdit(field.field)}
            >
              {null}
            </Button>
          ) : null}
        </span>
      ),
    },
    {
      key: 'theirs',
      width: '20%',
      title: words.person.theirs,
      cell: (field) => <Value value={field.theirs} isStrong={needsEye(field)} />,
    },
    {
      key: 'base',
      width: '16%',
      title: words.person.base,
      isOffPhone: true,
      cell: (field) => (
        <span className="muted">
          <Value value={field.base} />
        </span>
      ),
    },
    {
      key: 'state',
      width: '16%',
      title: words.person.state,
      cell: (field) => (
        <>
          <StateOf field={field} company={props.company} />
          {field.problemCode === null ? null : (
            <span className="muted caption refusal">{words.person.refusedBy(field.problemCode)}</span>
          )}
        </>
      ),
    },
    {
      key: 'why',
      width: '8%',
      title: words.person.why,
      cell: (field) => (
        <Button
          look="quiet"
          isSmall
          label={words.person.whyValue(field.label)}
          icon={<CircleHelp aria-hidden />}
          onPress={() => props.onWhy(field)}
        >
          {null}
        </Button>
      ),
    },
  ];
  return (
    <DataTable label={words.person.fieldsTitle} columns={columns} rows={props.rows} rowKey={(field) => field.field} />
  );
};
