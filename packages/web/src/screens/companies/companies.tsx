import type { CompanyRow } from '@syncline/contract/companies';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Building2 } from 'lucide-react';
import { queries } from '../../api/queries.ts';
import type { Column } from '../../components/data-table.tsx';
import { RecordList } from '../../components/record-list.tsx';
import { When } from '../../components/time.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';

/** What does Salesforce say about this account? */
export const CompaniesScreen = ({ q }: { readonly q: string | undefined }) => {
  const { words, formats } = useWords();
  const navigate = useNavigate();
  const companies = useInfiniteQuery({ ...queries.companies(q), placeholderData: keepPreviousData });
  return (
    <RecordList
      title={words.companies.title}
      lead={words.companies.lead}
      searchLabel={words.companies.search}
      q={q}
      onSearch={(wanted) => void navigate({ to: '/companies', search: { q: wanted }, replace: true })}
      query={companies}
      columns={companyColumns(words, formats.number)}
      rowKey={(company) => company.companyId}
      none={words.companies.none}
      icon={<Building2 aria-hidden strokeWidth={1.5} />}
    />
  );
};

const companyColumns = (words: Words, number: (value: number) => string): readonly Column<CompanyRow>[] => [
  {
    key: 'name',
    width: '34%',
    title: words.companies.name,
    isCut: true,
    cell: (company) => (
      <Link to="/companies/$companyId" params={{ companyId: String(company.companyId) }}>
        {company.name ?? words.people.noName}
      </Link>
    ),
  },
  { key: 'owner', width: '20%', title: words.people.owner, isCut: true, cell: (company) => company.owner ?? '–' },
  {
    key: 'people',
    width: '14%',
    title: words.people.title,
    isNumeric: true,
    cell: (company) => number(company.people),
  },
  {
    key: 'opportunities',
    width: '14%',
    title: words.opportunities.title,
    isNumeric: true,
    cell: (company) => number(company.opportunities),
  },
  {
    key: 'updated',
    width: '18%',
    title: words.people.updated,
    isNumeric: true,
    isOffPhone: true,
    cell: (company) => (company.isDeleted ? words.badges.record.deleted : <When at={company.updatedAt} />),
  },
];
