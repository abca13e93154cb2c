import './person.css';
import type { Person } from '@syncline/contract/people';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { Faces } from '../../components/faces.tsx';
import { Page, Section } from '../../components/page.tsx';
import { When } from '../../components/time.tsx';
import { useWords } from '../../words/use-words.ts';
import { PersonConflicts } from '../conflicts/conflicts.tsx';
import { FieldList } from './field-list.tsx';
import { Identity, Timeline } from './history.tsx';
import { SyncPersonButton, SyncPersonOutcomeNotice, useSyncPerson } from './sync-person.tsx';

/** Why is this value here? Why is this person not in Salesforce? */
export const PersonScreen = ({ id }: { readonly id: number }) => {
  const { words } = useWords();
  const person = useQuery(queries.person(id));
  if (person.data === undefined) {
    return (
      <Page title={words.people.title} above={<Link to="/people">{words.person.toPeople}</Link>}>
        <Faces query={person}>{() => null}</Faces>
      </Page>
    );
  }
  return <Known person={person.data} />;
};

const Known = ({ person: whole }: { readonly person: Person }) => {
  const { words } = useWords();
  const { person } = whole;
  const sync = useSyncPerson(person);
  return (
    <Page
      title={person.name ?? person.email ?? words.people.noName}
      beside={
        <>
          <Badge kind="record" state={person.recordKind} />
          {person.recordKind === 'marketing_only' && person.syncState === 'not_in_salesforce' ? null : (
            <Badge kind="person" state={person.syncState} />
          )}
        </>
      }
      lead={[person.email, person.company].filter((word) => word !== null).join(' · ')}
      above={<Link to="/people">{words.person.toPeople}</Link>}
      actions={<SyncPersonButton sync={sync} />}
    >
      <SyncPersonOutcomeNotice sync={sync} person={whole} />
      <div className="person-grid">
        <FieldList person={whole} />
        <div className="person-side">
          <Ids person={person} />
          <Identity links={whole.links} />
          <PersonConflicts personId={person.personId} />
          <Timeline person={whole} />
        </div>
      </div>
    </Page>
  );
};

const Ids = ({ person }: { readonly person: Person['person'] }) => {
  const { words } = useWords();
  return (
    <Section title={words.person.idsTitle}>
      <dl className="facts">
        <dt>{words.person.ourId}</dt>
        <dd>
          <CopyValue value={String(person.personId)} />
        </dd>
        <dt>{words.person.externalId}</dt>
        <dd>
          <CopyValue value={person.externalId} />
        </dd>
        <dt>{words.people.owner}</dt>
        <dd>{person.owner ?? '–'}</dd>
        <dt>{words.people.updated}</dt>
        <dd>
          <When at={person.updatedAt} />
        </dd>
      </dl>
      {person.recordUrl === null ? null : (
        <p style={{ marginTop: 8 }}>
          <a href={person.recordUrl} target="_blank" rel="noreferrer">
            {words.person.openInSalesforce} <ExternalLink aria-hidden size={13} style={{ verticalAlign: 'middle' }} />
          </a>
        </p>
      )}
    </Section>
  );
};
