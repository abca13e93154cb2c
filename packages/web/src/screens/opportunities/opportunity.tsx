import type { Opportunity } from '@syncline/contract/companies';
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
import { Tile } from '../../components/tile.tsx';
import { useWords } from '../../words/use-words.ts';
import { amountText } from './amount.ts';

/** One deal: stage, amount, close date, whose it is, its fields. */
export const OpportunityScreen = ({ id }: { readonly id: number }) => {
  const { words } = useWords();
  const opportunity = useQuery(queries.opportunity(id));
  const known = opportunity.data?.opportunity;
  return (
    <Page
      title={known?.name ?? words.opportunities.one}
      lead={known?.owner == null ? undefined : `${words.people.owner}: ${known.owner}`}
      beside={known?.isDeleted ? <Badge kind="record" state="deleted" /> : undefined}
      above={<Link to="/opportunities">{words.opportunities.title}</Link>}
      actions={known === undefined ? undefined : <SalesforceLink url={known.recordUrl} />}
    >
      <Faces query={opportunity}>{(data) => <Known data={data} />}</Faces>
    </Page>
  );
};

const Known = ({ data }: { readonly data: Opportunity }) => {
  const { words, formats } = useWords();
  const { opportunity } = data;
  return (
    <>
      <div className="tiles">
        <Tile name={words.opportunities.stage} value={opportunity.stage ?? '–'} />
        <Tile
          name={words.opportunities.amount}
          value={opportunity.amount === null ? '–' : amountText(opportunity.amount, formats.thousands)}
        />
        <Tile name={words.opportunities.closeDate} value={opportunity.closeDate ?? '–'} />
      </div>
      <p className="row muted">
        {opportunity.company === null ? null : (
          <span>
            {words.people.company}{' '}
            <Link to="/companies/$companyId" params={{ companyId: String(opportunity.company.id) }}>
              {opportunity.company.name ?? words.people.noName}
            </Link>
          </span>
        )}
        <span>
          {words.errors.salesforceId} <CopyValue value={opportunity.salesforceId} />
        </span>
      </p>
      <Section title={words.opportunities.roles}>
        {data.roles.length === 0 ? (
          <Notice tone="idle" title={words.opportunities.noRole} />
        ) : (
          <Roles roles={data.roles} />
        )}
      </Section>
      <RecordFields fields={data.fields} />
    </>
  );
};

const Roles = ({ roles }: { readonly roles: Opportunity['roles'] }) => {
  const { words } = useWords();
  return (
    <DataTable
      label={words.opportunities.roles}
      columns={[
        {
          key: 'person',
          width: '45%',
          title: words.errors.person,
          cell: (role) =>
            role.person === null ? (
              <span className="muted">{words.opportunities.nobodyHere}</span>
            ) : (
              <Link to="/people/$personId" params={{ personId: String(role.person.id) }}>
                {role.person.name ?? words.conflicts.somebody(role.person.id)}
              </Link>
            ),
        },
        { key: 'role', width: '35%', title: words.opportunities.role, cell: (role) => role.role ?? '–' },
        {
          key: 'primary',
          width: '20%',
          title: words.opportunities.primary,
          cell: (role) => (role.isPrimary ? words.common.yes : words.common.no),
        },
      ]}
      rows={roles}
      rowKey={(role) => role.salesforceId}
    />
  );
};
