import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Handshake } from 'lucide-react';
import { queries } from '../../api/queries.ts';
import { RecordList } from '../../components/record-list.tsx';
import { useWords } from '../../words/use-words.ts';
import { opportunityColumns } from './opportunity-table.tsx';

/** What does Salesforce say about this deal? */
export const OpportunitiesScreen = ({ q }: { readonly q: string | undefined }) => {
  const { words, formats } = useWords();
  const navigate = useNavigate();
  const opportunities = useInfiniteQuery({ ...queries.opportunities(q), placeholderData: keepPreviousData });
  return (
    <RecordList
      title={words.opportunities.title}
      lead={words.opportunities.lead}
      searchLabel={words.companies.search}
      q={q}
      onSearch={(wanted) => void navigate({ to: '/opportunities', search: { q: wanted }, replace: true })}
      query={opportunities}
      columns={opportunityColumns(words, formats.thousands, true)}
      rowKey={(row) => row.opportunityId}
      none={words.opportunities.noneYet}
      icon={<Handshake aria-hidden strokeWidth={1.5} />}
    />
  );
};
