/**
 * Link-by-email (ID7), where somebody switched it on: before a lead is made, Salesforce is asked whether a record has its e-mail address. What
 * makes the link is the read of that record, which knows by `sync.link_choice` whose it is and merges the two as at a first meeting (MRG17).
 */
import type { Database, Transaction } from '../db/db.ts';
import { type DuplicateMatch, type Salesforce, SalesforceError } from '../salesforce/salesforce.ts';
import { allOf, isEqual, isOneOf, type Soql, select } from '../salesforce/soql.ts';
import { FAILED } from './answers.ts';
import type { Sending } from './fill.ts';
import { type ClaimKey, holdClaim, type Settlement, settleHeld } from './settle.ts';

/** What is to be done with creates, by person; who is not in it is made. */
type Verdict =
  | { readonly is: 'link'; readonly match: DuplicateMatch }
  /** The record that was chosen for it is being read. */
  | { readonly is: 'wait' }
  | { readonly is: 'park'; readonly matches: readonly DuplicateMatch[] };

export interface ByEmail {
  readonly verdicts: ReadonlyMap<number, Verdict>;
  readonly calls: number;
}

/** Nothing is asked where it is off, where nobody has an address, and of those who were linked, or were to be made all the same. */
export const lookForEmails = async (
  db: Database,
  salesforce: Salesforce,
  sendings: readonly Sending[],
): Promise<ByEmail> => {
  const [on] = await db.query(`select from sync.setting where name = 'linkByEmail' and value = 'true'`);
  const people = on === undefined ? [] : sendings.flatMap(addressOf);
  if (people.length === 0) return { verdicts: new Map(), calls: 0 };
  const waiting = await db.query<{ person_id: number }>(
    'select distinct c.person_id from sync.link_choice c join sync.reread r on r.sf_id = c.sf_id where c.person_id = any($1)',
    [people.map(({ personId }) => personId)],
  );
  const waits = new Set(waiting.map((row) => row.person_id));
  const open = people.filter(({ personId }) => !waits.has(personId));
  const { matches, calls } = await findMatches(salesforce, [...new Set(open.map(({ email }) => email))]);
  const verdicts = new Map(decideByEmail(open, await freeAmong(db, matches)));
  for (const personId of waits) verdicts.set(personId, { is: 'wait' });
  return { verdicts, calls };
};

interface Addressed {
  readonly personId: number;
  /** In lower case. */
  readonly email: string;
}

/** The address as it would be sent. */
const addressOf = ({ personId, fields, isUnlinked, isOwnRecord }: Sending): readonly Addressed[] => {
  if (!isUnlinked || isOwnRecord) return [];
  const { Email: email } = JSON.parse(fields) as { readonly Email?: unknown };
  return typeof email === 'string' && email.trim() !== '' ? [{ personId, email: email.trim().toLowerCase() }] : [];
};

/** One record is one person's: of two people with an address the first is linked. A contact goes before a lead. Pure. */
const decideByEmail = (
  people: readonly Addressed[],
  free: readonly DuplicateMatch[],
): readonly (readonly [number, Verdict])[] => {
  const taken = new Set<string>();
  const verdicts: (readonly [number, Verdict])[] = [];
  for (const { personId, email } of people.toSorted((one, other) => one.personId - other.personId)) {
    const mine = free.filter((match) => match.email?.toLowerCase() === email && !taken.has(match.id));
    const contacts = mine.filter(({ object }) => object === 'Contact');
    const [match, ...more] = contacts.length > 0 ? contacts : mine;
    if (match === undefined) continue;
    verdicts.push([personId, more.length > 0 ? { is: 'park', matches: mine } : { is: 'link', match }]);
    if (more.length === 0) taken.add(match.id);
  }
  return verdicts;
};

/** Values of one query, so that it fits an address; a batch of creates whose addresses are of a usual length is one call of two queries. */
const LETTERS_A_QUERY = 6_000;
const QUERIES_A_CALL = 5;

interface Found {
  readonly Id: string;
  readonly Name: string | null;
  readonly Email: string | null;
  readonly Company?: string | null;
}

const findMatches = async (
  salesforce: Salesforce,
  emails: readonly string[],
): Promise<{ readonly matches: readonly DuplicateMatch[]; readonly calls: number }> => {
  const queries = inPortions(emails).flatMap((portion) => [
    { object: 'Contact', soql: contactsWith(portion) },
    { object: 'Lead', soql: leadsWith(portion) },
  ]);
  const matches: DuplicateMatch[] = [];
  let calls = 0;
  for (let at = 0; at < queries.length; at += QUERIES_A_CALL) {
    const asked = queries.slice(at, at + QUERIES_A_CALL);
    const answers = await salesforce.queryAll(asked.map(({ soql }) => soql));
    calls += 1;
    for (const [place, answer] of answers.entries()) {
      if (!answer.ok) throw refused(answer.error.code, answer.error.message);
      for (let page = answer.page; ; calls += 1) {
        matches.push(...rowsOf(page.body, page.path).map((row) => matchOf(asked[place]?.object ?? '', row)));
        if (page.nextRecordsUrl === null) break;
        page = await salesforce.queryMore(page.nextRecordsUrl);
      }
    }
  }
  return { matches, calls };
};

const inPortions = (emails: readonly string[]): readonly (readonly string[])[] => {
  const portions: string[][] = [];
  let letters = LETTERS_A_QUERY;
  for (const email of emails) {
    letters += encodeURIComponent(email).length + 9;
    if (letters > LETTERS_A_QUERY) {
      portions.push([]);
      letters = 0;
    }
    portions.at(-1)?.push(email);
  }
  return portions;
};

const contactsWith = (emails: readonly string[]): Soql =>
  select({
    fields: ['Id', 'Name', 'Email'],
    from: 'Contact',
    where: allOf(isOneOf('Email', emails), isEqual('IsDeleted', false)),
  });
const leadsWith = (emails: readonly string[]): Soql =>
  select({
    fields: ['Id', 'Name', 'Email', 'Company'],
    from: 'Lead',
    where: allOf(isOneOf('Email', emails), isEqual('IsDeleted', false), isEqual('IsConverted', false)),
  });

const rowsOf = (body: string, path: readonly string[]): readonly Found[] =>
  path.reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key], JSON.parse(body)) as Found[];

const matchOf = (object: string, { Id, Name, Email, Company }: Found): DuplicateMatch => ({
  object,
  id: Id,
  name: Name,
  email: Email,
  company: Company ?? null,
});

const refused = (word: string, message: string): SalesforceError =>
  new SalesforceError('salesforce-refused', {
    disposition: 'retry',
    word,
    detail: { host: 'Salesforce', word, message },
  });

/**
 * Without those that are or were somebody's, were forgotten, or were chosen for somebody: what was chosen and read without becoming the
 * person's is out of the filter or of sight, and not asked for again.
 */
const freeAmong = async (db: Database, matches: readonly DuplicateMatch[]): Promise<readonly DuplicateMatch[]> => {
  if (matches.length === 0) return [];
  const rows = await db.query<{ id: string }>(
    `select m.id
       from unnest($1::text[]) m (id)
      where not exists (select from sync.link l where l.sf_id = m.id)
        and not exists (select from sync.link_choice c where c.sf_id = m.id)
        and not (exists (select from sync.erased) and exists (select from sync.erased e where e.mark = sync.mark_of(m.id)))`,
    [matches.map(({ id }) => id)],
  );
  const free = new Set(rows.map(({ id }) => id));
  return matches.filter(({ id }) => free.has(id));
};

/**
 * Settles those of the claim whose lead is not made now, and chooses, in one transaction: the read that makes the link comes after it. Of two
 * processes that chose one record the first has chosen; the other person is looked at again.
 */
export const settleByEmail = (
  db: Database,
  claim: ClaimKey,
  verdicts: ByEmail['verdicts'],
  waitMs: number,
): Promise<boolean> =>
  db.ownTransaction(async (tx) => {
    if (!(await holdClaim(tx, claim))) return false;
    await settleHeld(
      tx,
      claim,
      [...verdicts].map(([personId, verdict]) => settlementOf(personId, verdict, waitMs)),
    );
    await choose(tx, verdicts);
    return true;
  });

const settlementOf = (personId: number, verdict: Verdict, waitMs: number): Settlement =>
  verdict.is !== 'park'
    ? { ...FAILED, personId, waitMs }
    : {
        ...FAILED,
        personId,
        park: ['*'],
        error: {
          code: 'email-matches',
          message: '',
          fields: ['Email'],
          disposition: 'park',
          duplicate: { rule: '', allowSave: true, matches: verdict.matches },
        },
      };

const choose = async (tx: Transaction, verdicts: ByEmail['verdicts']): Promise<void> => {
  const links = [...verdicts].flatMap(([personId, verdict]) =>
    verdict.is === 'link' ? [{ personId, object: verdict.match.object, sfId: verdict.match.id }] : [],
  );
  if (links.length === 0) return;
  await tx.run(
    `with chosen as (
       insert into sync.link_choice (sf_id, person_id, chosen_by)
       select w."sfId", w."personId", 'link-by-email'
         from jsonb_to_recordset($1::jsonb) as w ("personId" bigint, object text, "sfId" text)
        where not exists (select from sync.link l where l.sf_id = w."sfId") order by 1
           on conflict (sf_id) do nothing
       returning sf_id)
     insert into sync.reread as r (object, sf_id, reason, is_asked)
     select w.object, w."sfId", 'identity', true
       from jsonb_to_recordset($1::jsonb) as w (object text, "sfId" text) join chosen on chosen.sf_id = w."sfId" order by 2
         on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at), is_asked = true`,
    [JSON.stringify(links)],
  );
};
