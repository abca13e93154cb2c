import type { PeopleField, PeopleRow, PersonRow } from '@syncline/contract/people';
import { Link } from '@tanstack/react-router';
import { Badge } from '../../components/badge.tsx';
import type { Column } from '../../components/data-table.tsx';
import { When } from '../../components/time.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { type ColumnKey, fieldOfColumn, type OwnColumn } from './column-choice.ts';

export const nameOfPerson = (person: PersonRow, words: Words): string =>
  person.name ?? person.email ?? words.people.noName;

const isOwn = (column: ColumnKey): column is OwnColumn => fieldOfColumn(column) === null;

export const columnTitle = (column: ColumnKey, fields: readonly PeopleField[], words: Words): string => {
  if (isOwn(column)) return words.people[column];
  const name = fieldOfColumn(column) ?? '';
  return fields.find(({ field }) => field === name)?.label ?? name;
};

type Part = Omit<Column<PeopleRow>, 'key' | 'title' | 'width'> & { readonly share: number };

const OWN: Readonly<Record<OwnColumn, Part>> = {
  email: { share: 19, isCut: true, cell: (person) => person.email ?? <Dash /> },
  company: { share: 15, isCut: true, cell: (person) => person.company ?? <Dash /> },
  record: { share: 11, isTight: true, isOffPhone: true, cell: (person) => <KindWord kind={person.recordKind} /> },
  owner: { share: 12, isCut: true, isOffPhone: true, cell: (person) => person.owner ?? <Dash /> },
  state: { share: 15, isTight: true, cell: (person) => <Badge kind="person" state={person.syncState} /> },
  updated: { share: 13, isNumeric: true, isOffPhone: true, cell: (person) => <When at={person.updatedAt} /> },
};

const ofField = (name: string, field: PeopleField | undefined): Part => ({
  share: 13,
  ...(field?.kind === 'number' ? { isNumeric: true } : { isCut: true }),
  cell: (person) => <FieldCell value={person.values[name] ?? null} field={field} />,
});

/** More columns than this keep their own widths, and the table scrolls in its place. */
const FITTING_MAX = 8;

/** The name, then what was chosen; as long as they fit, the columns share the width of the page. */
export const peopleColumns = (
  chosen: readonly ColumnKey[],
  fields: readonly PeopleField[],
  words: Words,
): readonly Column<PeopleRow>[] => {
  const name: Part & { readonly key: string; readonly title: string } = {
    key: 'name',
    title: words.people.name,
    share: 15,
    isCut: true,
    cell: (person) => (
      <Link to="/people/$personId" params={{ personId: String(person.personId) }}>
        {nameOfPerson(person, words)}
      </Link>
    ),
  };
  const parts = [
    name,
    ...chosen.map((key) => {
      const field = fieldOfColumn(key);
      const part = isOwn(key)
        ? OWN[key]
        : ofField(
            field ?? '',
            fields.find((each) => each.field === field),
          );
      return { key: key as string, title: columnTitle(key, fields, words), ...part };
    }),
  ];
  const all = parts.reduce((sum, { share }) => sum + share, 0);
  return parts.map(({ share, ...column }) => ({
    ...column,
    ...(parts.length > FITTING_MAX ? {} : { width: `${Math.round((share / all) * 1_000) / 10}%` }),
  }));
};

const FieldCell = ({
  value,
  field,
}: {
  readonly value: string | boolean | null;
  readonly field: PeopleField | undefined;
}) => {
  const { words } = useWords();
  if (value === null || value === '') return <Dash />;
  if (typeof value === 'boolean') return value ? words.common.yes : words.common.no;
  return field?.kind === 'datetime' ? <When at={new Date(value).toISOString()} /> : value;
};

const Dash = () => <span className="muted">–</span>;

/** In a long list the usual kinds are plain words; only a deleted record needs an eye. */
const KindWord = ({ kind }: { readonly kind: PersonRow['recordKind'] }) => {
  const { words } = useWords();
  return kind === 'deleted' ? (
    <Badge kind="record" state="deleted" />
  ) : (
    <span className={kind === 'marketing_only' ? 'muted' : undefined}>{words.badges.record[kind]}</span>
  );
};
