import type { Company } from '@syncline/contract/companies';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Faces } from '../../components/faces.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page, Section } from '../../components/page.tsx';
import { RecordFields } from '../../components/record-fields.tsx';
import { SalesforceLink } from '../../components/salesforce-link.tsx';
import { useWords } from '../../words/use-words.ts';
import { OpportunityTable } from '../opportunities/opportunity-table.tsx';

/** One account: its people, its opportunities, its fields. */
export const CompanyScreen = ({ id }: { readonly id: number }) => {
  const { words } = useWords();
  const company = useQuery(queries.company(id));
  const known = company.data?.company;
  return (
    <Page
      title={known?.name ?? words.companies.one}
      lead={known?.owner == null ? undefined : `${words.people.owner}: ${known.owner}`}
      beside={known?.isDeleted ? <Badge kind="record" state="deleted" /> : undefined}
      above={<Link to="/companies">{words.companies.title}</Link>}
      actions={known === undefined ? undefined : <SalesforceLink url={known.recordUrl} />}
    >
      <Faces query={company}>{(data) => <Known data={data} />}</Faces>
    </Page>
  );
};

const Known = ({ data }: { readonly data: Company }) => {
  const { words } = useWords();
  const { company, people, opportunities, fields } = data;
  const isEdited = fields.some((field) => field.differs);
  return (
    <>
      <p className="row muted">
        <span>
          {words.person.ourId} <CopyValue value={String(company.companyId)} />
        </span>
        <span>
          {words.errors.salesforceId} <CopyValue value={company.salesforceId} />
        </span>
      </p>
      {isEdited ? <Notice tone="warn" title={words.companies.willOverwrite(company.people)} /> : null}
      <Section title={`${words.people.title} ${words.records.shownOf(people.length, company.people)}`}>
        {people.length === 0 ? (
          <p className="muted">{words.companies.noPeople}</p>
        ) : (
          <DataTable
            label={words.people.title}
            columns={[
              {
                key: 'name',
                width: '35%',
                title: words.people.name,
                isCut: true,
                cell: (person) => (
                  <Link to="/people/$personId" params={{ personId: String(person.personId) }}>
                    {person.name ?? person.email ?? words.people.noName}
                  </Link>
                ),
              },
              {
                key: 'email',
                width: '40%',
                title: words.people.email,
                isCut: true,
                cell: (person) => person.email ?? '–',
              },
              {
                key: 'state',
                width: '25%',
                title: words.people.state,
                cell: (person) => <Badge kind="person" state={person.syncState} />,
              },
            ]}
            rows={people}
            rowKey={(person) => person.personId}
          />
        )}
      </Section>
      <Section
        title={`${words.opportunities.title} ${words.records.shownOf(opportunities.length, company.opportunities)}`}
      >
        {opportunities.length === 0 ? (
          <p className="muted">{words.companies.noOpportunities}</p>
        ) : (
          <OpportunityTable rows={opportunities} />
        )}
      </Section>
      <RecordFields fields={fields} />
    </>
  );
};
