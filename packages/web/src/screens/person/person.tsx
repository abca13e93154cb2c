import './person.css';
import type { Person } from '@syncline/contract/people';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { Faces } from '../../components/faces.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page, Section } from '../../components/page.tsx';
import { SalesforceLink } from '../../components/salesforce-link.tsx';
import { TabLink } from '../../components/tab-link.tsx';
import { When } from '../../components/time.tsx';
import { WhoMay } from '../../shell/who-may.tsx';
import { useWords } from '../../words/use-words.ts';
import { PersonConflicts } from '../conflicts/conflicts.tsx';
import { DuplicateOfPerson } from '../errors/duplicate.tsx';
import { ActButtons, ActNotice } from './act-buttons.tsx';
import { FieldList } from './field-list.tsx';
import { Identity, Timeline } from './history.tsx';
import { IdentityLane } from './identity-lane.tsx';
import { SyncPersonButton, SyncPersonOutcomeNotice, useSyncPerson } from './sync-person.tsx';
import { useAct } from './use-act.ts';

export const TABS = ['fields', 'timeline', 'ids'] as const;
export type PersonTab = (typeof TABS)[number];

/** Why is this value here? Why is this person not in Salesforce? */
export const PersonScreen = ({ id, tab }: { readonly id: number; readonly tab: PersonTab }) => {
  const { words } = useWords();
  const person = useQuery(queries.person(id));
  if (person.data === undefined) {
    return (
      <Page title={words.people.title} above={<Link to="/people">{words.person.toPeople}</Link>}>
        <Faces query={person}>{() => null}</Faces>
      </Page>
    );
  }
  return <Faces query={person}>{(data) => <Known asked={id} person={data} tab={tab} />}</Faces>;
};

interface KnownProps {
  /** The id in the address: of somebody who was folded into this person, perhaps (ID23). */
  readonly asked: number;
  readonly person: Person;
  readonly tab: PersonTab;
}

const Known = ({ asked, person: whole, tab }: KnownProps) => {
  const { words } = useWords();
  const { person } = whole;
  const sync = useSyncPerson(person);
  const act = useAct(person);
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
      actions={
        <>
          <SalesforceLink url={person.recordUrl} />
          <SyncPersonButton sync={sync} />
          <ActButtons person={person} act={act} />
        </>
      }
    >
      <WhoMay needs="operator" />
      {asked === person.personId ? null : <Notice tone="idle">{words.person.isFolded(asked)}</Notice>}
      <IdentityLane links={whole.links} />
      <ActNotice act={act} />
      {act.outcome === null && act.problem === null ? <SyncPersonOutcomeNotice sync={sync} person={whole} /> : null}
      {whole.duplicateErrorId === null ? null : <DuplicateOfPerson errorId={whole.duplicateErrorId} />}
      <nav className="views" aria-label={words.person.tabsLabel}>
        {TABS.map((each) => (
          <TabLink
            key={each}
            to="/people/$personId"
            params={{ personId: String(person.personId) }}
            search={{ tab: each === 'fields' ? undefined : each }}
            replace
            isCurrent={each === tab}
          >
            {words.person.tabs[each]}
          </TabLink>
        ))}
      </nav>
      {tab === 'fields' ? <FieldList person={whole} /> : null}
      {tab === 'timeline' ? (
        <div className="two-columns">
          <Timeline person={whole} />
          <PersonConflicts personId={person.personId} />
        </div>
      ) : null}
      {tab === 'ids' ? (
        <div className="two-columns">
          <Identity links={whole.links} />
          <Ids person={person} folded={whole.folded} />
        </div>
      ) : null}
    </Page>
  );
};

const Ids = ({ person, folded }: Pick<Person, 'person' | 'folded'>) => {
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
        {folded.length === 0 ? null : (
          <>
            <dt>{words.person.foldedIds}</dt>
            <dd>
              {folded.map((each) => (
                <CopyValue key={each.personId} value={String(each.personId)} />
              ))}
            </dd>
          </>
        )}
        <dt>{words.people.owner}</dt>
        <dd>{[person.owner, person.ownerEmail].filter((word) => word !== null).join(' · ') || '–'}</dd>
        <dt>{words.people.updated}</dt>
        <dd>
          <When at={person.updatedAt} />
        </dd>
      </dl>
      <p className="muted" style={{ marginTop: 16 }}>
        {words.person.inSql}
      </p>
      <p>
        <code>select * from marketing.person where id = {person.personId};</code>
      </p>
    </Section>
  );
};
