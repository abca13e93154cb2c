/**
 * What of Salesforce this org has. The page `/coverage` and `docs/practice-org.md` are made from this table and from nothing else.
 *
 * `full` means that a client finds no difference in what the feature's name says, and names the test that shows it. Where a real
 * org does more or does it otherwise, the row is `partial` and says what; what is not there at all is `absent`.
 */

export type Coverage = 'full' | 'partial' | 'absent';

export interface Feature {
  readonly area: string;
  readonly feature: string;
  readonly coverage: Coverage;
  /** What a real org does where this one differs; empty where it does not. */
  readonly differs: string;
  /** The file of the test, below `src`, and the test's name; every `full` row has one. */
  readonly test?: readonly [file: string, name: string];
}

type Test = readonly [file: string, name: string];

/** The rows of one area. */
class Area {
  readonly rows: Feature[] = [];
  readonly #area: string;

  constructor(area: string) {
    this.#area = area;
  }

  full(feature: string, ...test: Test): this {
    this.rows.push({ area: this.#area, feature, coverage: 'full', differs: '', test });
    return this;
  }

  partial(feature: string, differs: string, ...test: Test): this {
    this.rows.push({ area: this.#area, feature, coverage: 'partial', differs, test });
    return this;
  }

  absent(feature: string, differs: string): this {
    this.rows.push({ area: this.#area, feature, coverage: 'absent', differs });
    return this;
  }
}

const signIn = new Area('Sign-in')
  .full(
    'SOAP login with its faults, and its end from version 65.0 on',
    'rest/errors.org.test.ts',
    '[A1] each refusal of a login is HTTP 500 and a fault with its code behind sf:',
  )
  .full(
    'OAuth errors of every grant',
    'rest/errors.org.test.ts',
    '[A2] each refusal of a grant is HTTP 400 and JSON of an error and its description',
  )
  .full(
    'Security tokens, trusted networks, locked users, expired passwords',
    'oauth/sign-in.org.test.ts',
    '[A1] the switches lock the user, expire the password and close the API',
  )
  .full(
    'Web server flow with PKCE',
    'oauth/oauth.org.test.ts',
    '[A2] a browser signs in, agrees, and jsforce trades the code for a session and a refresh token',
  )
  .full(
    'Refresh tokens, with and without rotation',
    'oauth/oauth.org.test.ts',
    '[A2] with rotation a refresh token is good once, and its answer has the next',
  )
  .partial(
    'JWT bearer',
    'A real app has a certificate from the start. Here every RS256 signature is taken until the app is given one.',
    'oauth/oauth.org.test.ts',
    '[A2] jsforce signs in by JWT bearer; exp in milliseconds is far away, and the audience may have a slash',
  )
  .full(
    'Client credentials',
    'oauth/sign-in.org.test.ts',
    '[A2] jsforce gets a token by client credentials, which run as the sync user',
  )
  .full(
    'User name and password flow, where the org allows it',
    'oauth/oauth.org.test.ts',
    '[A2] user name and password get a token where the org allows it',
  )
  .full(
    'Revoke, introspect, userinfo, identity',
    'oauth/oauth.org.test.ts',
    '[A2] revoking a refresh token ends its sessions; introspection tells what is alive',
  )
  .full(
    'Hosts of sandboxes and of production',
    'oauth/oauth.org.test.ts',
    '[A1] users of a sandbox sign in at test.*, those of production at login.*, and both at their own address',
  )
  .absent('Device flow, token exchange, SAML', 'A real org has them.');

const schema = new Area('Schema')
  .partial(
    'Standard objects',
    'A real org has some 900. Here are those a marketing sync meets, with fields, lengths and picklists of today; a folder of describe files adds any other.',
    'schema/standard/standard.test.ts',
    'lengths are those of A4, and text takes three bytes a character',
  )
  .full(
    'Describe of the org and of objects, conditional too',
    'rest/composites.org.test.ts',
    '[A4] a describe is 304 until the schema changes',
  )
  .full(
    'Custom objects and fields of every kind',
    'metadata/metadata.org.test.ts',
    '[A17] fields of every kind, seen by nobody until a permission set grants them',
  )
  .full(
    'Field-level security and object permissions',
    'access/rights.org.test.ts',
    '[A4] a new field is seen by nobody, until a permission set that somebody has grants it',
  )
  .partial(
    'Sharing',
    'A real org has role hierarchies, sharing rules and teams. Here records are everybody’s, or by a switch their owner’s alone.',
    'access/rights.org.test.ts',
    '[A4] where sharing is by owner, the rows of others are not there',
  )
  .partial(
    'Formula fields',
    'A real org knows some 150 functions. Here are those of text, logic, numbers, dates and picklists; what is not known is refused when the field is made.',
    'formula/formula.test.ts',
    'formulas have the values that Salesforce gives them',
  )
  .full(
    'Validation rules',
    'rules/rules.org.test.ts',
    '[A7] a validation rule refuses by its formula, with its message and field',
  )
  .partial(
    'Duplicate rules',
    'A real org compares fuzzily and across objects. Here matching is exact, without case and accents, within an object.',
    'rules/rules.org.test.ts',
    '[A7] a duplicate rule tells what a record is alike, and may be overridden where it only alerts',
  )
  .full(
    'Assignment rules and queues',
    'rules/rules.org.test.ts',
    '[A6] the active assignment rule gives new leads away, unless the client says no',
  )
  .partial(
    'Lookup filters and lookups that forbid a delete',
    'A real org’s filters may also name fields of the record itself and of the user.',
    'rest/errors.org.test.ts',
    '[A7] each error of REST has its status, in Salesforce’s shape',
  )
  .full(
    'Auto-numbers, master-detail and roll-ups',
    'rules/rules.org.test.ts',
    '[A17] auto-numbers, masters, roll-ups: parents follow their children',
  )
  .partial(
    'Automations that write back',
    'A real org has flows, triggers and processes. Here are workflow field updates, and the switch `automations`, which sets fields by formulas.',
    'rules/rules.org.test.ts',
    '[A7] workflow field updates write back, once or whenever their condition begins to hold',
  )
  .partial(
    'Record types',
    'A real org limits picklists by record type in its user interface. Here they are described, queried and set.',
    'data/clients.org.test.ts',
    '[B1] standard records, record types, list views, a report and a dashboard in folders are found',
  )
  .partial(
    'Person accounts, from the start or turned on later',
    'A real org converts a lead without a company into one, and can make a business account and a contact one.',
    'options/options.org.test.ts',
    '[A13] a person account is one record with its contact, which follows it and goes with it',
  )
  .partial(
    'Several currencies, from the start or turned on later',
    'A real org has dated rates, a currency of each user’s own, and parents whose currency their children share.',
    'options/options.org.test.ts',
    '[A13] records say their currency, the corporate one unless told, and convertCurrency goes by the rates',
  )
  .partial(
    'List views and quick actions',
    'A real org also filters, sorts and runs them. Here they are listed, and a list view is described by its query.',
    'data/clients.org.test.ts',
    '[B1] list views are listed and described by a query that runs; quick actions are listed',
  )
  .absent('Layouts, compact layouts, themes', 'A real org describes them over REST.');

const data = new Area('Records')
  .full(
    'Create, read, update, delete, upsert by external id',
    'rest/records.org.test.ts',
    '[A6] jsforce creates, reads, updates and deletes a lead',
  )
  .full(
    'Collections of 200',
    'rest/collections.org.test.ts',
    '[A6] jsforce writes collections: 300 creates, updates and deletes, each with its own answer',
  )
  .full(
    'Errors with Salesforce’s codes, statuses and shape',
    'rest/errors.org.test.ts',
    '[A7] each error of REST has its status, in Salesforce’s shape',
  )
  .full(
    'Composite with references and all or none',
    'rest/queries.org.test.ts',
    '[A6] composite refers back to earlier answers, and undoes all when one of all-or-none fails',
  )
  .full('Graphs', 'rest/composites.org.test.ts', '[A6] a graph is all or none, and knows nothing of the others')
  .full('Trees', 'rest/composites.org.test.ts', '[A6] a tree is made with its children, or not at all')
  .full(
    'Conditional requests',
    'rest/composites.org.test.ts',
    '[A6] a record is read and changed only if it has, or has not, changed since',
  )
  .full('Files in forms', 'rest/composites.org.test.ts', '[A6] bytes come in a form, and are read as they are')
  .full(
    'Records updated and deleted in a window',
    'rest/records.org.test.ts',
    '[A10] updated and deleted records of a window are listed',
  )
  .full(
    'Recycle bin and undelete',
    'soap/partner.org.test.ts',
    '[A12] delete takes along, undelete brings it all back, and an emptied bin keeps it',
  )
  .full(
    'Conversion of leads',
    'soap/convert-merge.org.test.ts',
    '[A12] a lead becomes an account, a contact and an opportunity, and stays readable',
  )
  .full(
    'Merge',
    'soap/convert-merge.org.test.ts',
    '[A12] merged records are deleted and name the one that stays, which gets one update',
  )
  .full(
    'Stamps of one second, and what moves them',
    'rest/records.org.test.ts',
    '[A11] an update that changes nothing still moves the stamps, by whole seconds',
  )
  .full(
    'SOAP with Salesforce’s own partner WSDL',
    'soap/partner.org.test.ts',
    '[A12] create, query, update with fieldsToNull, retrieve',
  )
  .absent('Archiving', 'A real org archives tasks after a year; only queryAll sees them then.')
  .absent('Enterprise WSDL, Apex REST, Chatter, approvals, running reports', 'A real org has them.');

const query = new Area('Queries')
  .full(
    'SOQL: conditions, order, limits, date literals and functions',
    'rest/soql.org.test.ts',
    '[A5] dates have functions to select, filter, group and order by',
  )
  .partial(
    'Aggregates and groups, ROLLUP and CUBE',
    'A real org also takes functions of dates into ROLLUP and CUBE.',
    'rest/soql.org.test.ts',
    '[A5] ROLLUP and CUBE group by several sets at once, and GROUPING tells which',
  )
  .full(
    'TYPEOF',
    'rest/soql.org.test.ts',
    '[A5] TYPEOF gives a parent the fields of its own type, and says which it is',
  )
  .full(
    'Locators of several pages',
    'rest/queries.org.test.ts',
    '[A5] jsforce reads a result of several pages, each row once and in order',
  )
  .partial(
    'explain',
    'A real org has an optimizer, whose costs mean something, and explains reports too.',
    'rest/soql.org.test.ts',
    '[A5] explain names a plan',
  )
  .partial(
    'SOSL',
    'A real org ranks, knows synonyms and word stems, and finds a record up to a minute after it was made. Here whole words match at once.',
    'rest/searches.org.test.ts',
    '[A5] jsforce finds words in fields of records',
  )
  .absent('GraphQL', 'A real org has it.');

const bulk = new Area('Bulk')
  .full(
    'Bulk 2.0 ingest, all operations and lists',
    'bulk/ingest.org.test.ts',
    "jsforce's bulk2 client loads ten thousand rows, reads all three lists, and queries every row back",
  )
  .full(
    'Bulk 2.0 query in pages, gzip, resultPages',
    'bulk/query.org.test.ts',
    'a result comes in pages whose counts are told, and the last says a literal null, gzip or not',
  )
  .full(
    'Delimiters and line ends',
    'bulk/ingest.org.test.ts',
    '[A8] every delimiter and line end carries every other through a job and back',
  )
  .full(
    'Hard deletes',
    'bulk/ingest.org.test.ts',
    '[A10] a hard delete wants its own permission; what it takes is in no query and no bin, and in the log of deletes',
  )
  .partial(
    'Life of jobs',
    'A real org deletes jobs after seven days and takes small data in one multipart request.',
    'bulk/ingest.org.test.ts',
    'a job is open, then closed, then over; anything else is refused',
  )
  .partial(
    'Bulk 1.0',
    'A real org also takes XML and zipped files, and keeps jobs over a restart.',
    'bulk1/bulk1.org.test.ts',
    '[A9] ten thousand rows go in, come out, change and are deleted',
  );

const events = new Area('Events')
  .full(
    'Change Data Capture: headers, bitmaps, nulled fields',
    'pubsub/pubsub.org.test.ts',
    'a created account is told with its values; an update names what changed, parts of an address too',
  )
  .full(
    'Gap and overflow events',
    'events/faults.org.test.ts',
    'gaps and overflows come when the switches say so, and then no more',
  )
  .full(
    'Replay, and ids that are no longer kept',
    'events/faults.org.test.ts',
    'events are kept for 72 hours; an id behind which events are gone is refused, and so is one never given out',
  )
  .full(
    'Pub/Sub API: subscribe, publish, schemas',
    'pubsub/pubsub.org.test.ts',
    'platform events are published one by one, in a batch and by REST, and told with all types of values',
  )
  .full(
    'Managed subscriptions',
    'pubsub/managed.org.test.ts',
    'a managed subscription goes on behind the replay id that was committed to it',
  )
  .full(
    'CometD: change events, platform events, PushTopics, generic channels',
    'cometd/cometd.org.test.ts',
    'jsforce hears a PushTopic: created, updated and deleted records that fit its query',
  )
  .absent('Large text as a diff, enriched and filtered channels', 'A real org has them.');

const setup = new Area('Setup')
  .full(
    'Metadata API by SOAP: create, read, update, upsert, rename, delete, list',
    'metadata/metadata.org.test.ts',
    '[A17] custom objects are created, read, updated, upserted, renamed, listed and deleted',
  )
  .partial(
    'Deploy and retrieve',
    'A real org compiles Apex and runs its tests. Here classes are kept, and their tests count as passed.',
    'metadata/metadata.org.test.ts',
    '[A17] REST deploys too, checks without changing, and deploys what was checked',
  )
  .partial(
    'Tooling API',
    'A real org has some 200 objects of it. Here are those that set-up and clients ask for.',
    'tooling/tooling.org.test.ts',
    '[A17] objects and fields are looked up by what defines them, by both APIs',
  )
  .full(
    'Source-format projects as the org’s beginning',
    'metadata/source.org.test.ts',
    '[A17] an org begins with the objects, fields and rules of a source folder',
  );

const limits = new Area('Limits and faults')
  .full(
    'Daily API requests and `Sforce-Limit-Info`',
    'rest/queries.org.test.ts',
    '[A3] every answer carries Sforce-Limit-Info, and the day ends with REQUEST_LIMIT_EXCEEDED',
  )
  .full(
    'Events delivered a day',
    'events/faults.org.test.ts',
    'over gRPC: forgotten ids are corrupted, an outage is UNAVAILABLE, spent events are a limit, silence is told',
  )
  .full(
    '503, lost requests and lost answers',
    'rest/faults.org.test.ts',
    '[OUT28] a lost answer: the record is made, the connection is cut, the next request is answered',
  )
  .full(
    'UNABLE_TO_LOCK_ROW',
    'rest/faults.org.test.ts',
    '[OUT28] a locked row is UNABLE_TO_LOCK_ROW, once for each that was asked',
  )
  .full(
    'Sessions that end in the middle',
    'rest/faults.org.test.ts',
    '[A7] sessions expire at once and a new one works; the admin’s stay',
  )
  .full('Rows that appear late', 'events/faults.org.test.ts', 'a row can appear with a stamp of before')
  .partial(
    'Storage and other allocations',
    'A real org counts storage, single e-mails and much else. Here they are told and never spent.',
    'events/faults.org.test.ts',
    'over gRPC: forgotten ids are corrupted, an outage is UNAVAILABLE, spent events are a limit, silence is told',
  );

const practice = new Area('Only here')
  .full(
    'Profiles: demo, empty, clients, and any export',
    'data/data.test.ts',
    'an export keeps ids and values exactly; empty is null; owner and stamps are filled',
  )
  .full(
    'A clock that is held, moved and released',
    'control/control.org.test.ts',
    'the clock is held, moved and released over HTTP, and says how far it is from the machine',
  )
  .full(
    'Snapshot and restore',
    'control/control.org.test.ts',
    'a restored org is what it was: records, ids, schema, switches, what is captured; and sessions stay',
  )
  .full(
    'One command, as a package',
    'package.org.test.ts',
    'the published package starts by plain Node, from its command, and answers a describe',
  );

export const features: readonly Feature[] = [
  signIn,
  schema,
  data,
  query,
  bulk,
  events,
  setup,
  limits,
  practice,
].flatMap(({ rows }) => rows);
