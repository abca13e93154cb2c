import type { OpportunityRow } from '@syncline/contract/companies';
import { Link } from '@tanstack/react-router';
import { type Column, DataTable } from '../../components/data-table.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { amountText } from './amount.ts';

export const opportunityColumns = (
  words: Words,
  separator: string,
  hasCompany: boolean,
): readonly Column<OpportunityRow>[] => [
  {
    key: 'name',
    width: hasCompany ? '26%' : '34%',
    title: words.companies.name,
    isCut: true,
    cell: (row) => (
      <Link to="/opportunities/$opportunityId" params={{ opportunityId: String(row.opportunityId) }}>
        {row.name ?? words.people.noName}
      </Link>
    ),
  },
  ...(hasCompany
    ? [
        {
          key: 'company',
          width: '18%',
          title: words.people.company,
          isCut: true,
          cell: (row: OpportunityRow) => row.company?.name ?? '–',
        },
      ]
    : []),
  {
    key: 'stage',
    width: hasCompany ? '18%' : '22%',
    title: words.opportunities.stage,
    isCut: true,
    cell: (row) => row.stage ?? '–',
  },
  {
    key: 'amount',
    width: '13%',
    title: words.opportunities.amount,
    isNumeric: true,
    cell: (row) => (row.amount === null ? '–' : amountText(row.amount, separator)),
  },
  {
    key: 'close',
    width: '12%',
    title: words.opportunities.closeDate,
    isNumeric: true,
    cell: (row) => row.closeDate ?? '–',
  },
  {
    key: 'roles',
    width: hasCompany ? '13%' : '19%',
    title: words.opportunities.roles,
    isNumeric: true,
    isOffPhone: true,
    cell: (row) => (row.roles === 0 ? <span className="muted">{words.common.none}</span> : row.roles),
  },
];

/** The opportunities of one company. */
export const OpportunityTable = ({ rows }: { readonly rows: readonly OpportunityRow[] }) => {
  const { words, formats } = useWords();
  return (
    <DataTable
      label={words.opportunities.title}
      columns={opportunityColumns(words, formats.thousands, false)}
      rows={rows}
      rowKey={(row) => row.opportunityId}
    />
  );
};
