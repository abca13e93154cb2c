/**
 * The demo org: about 2,000 leads, 1,000 contacts, 300 accounts and 400 opportunities with roles, a few campaigns, the
 * users who own them and a queue, all from a seed. It is made the way real data is: e-mails twice, in another case or missing, phones
 * missing, names with accents and in other scripts, a company typed in three ways. No lead is converted.
 */
import type { Stored, StoredRow } from '../store/store.ts';
import { interests, regions, tiers } from './demo-fields.ts';
import { type Human, World } from './people-of-the-world.ts';

export interface DemoOrder {
  readonly seed: number;
  /** Now, in milliseconds; stamps and dates count from it. */
  readonly at: number;
  /** Gives ids of an object. */
  readonly ids: (object: string, count: number) => readonly string[];
  readonly profileId: Stored;
  /** How many of each; those of the demo unless told. */
  readonly sizes?: Sizes | undefined;
}

export interface Sizes {
  readonly users: number;
  readonly accounts: number;
  readonly contacts: number;
  readonly leads: number;
  readonly opportunities: number;
  readonly campaigns: number;
}

export interface Made {
  readonly object: string;
  readonly rows: readonly StoredRow[];
}

const demoSizes: Sizes = {
  users: 5,
  accounts: 300,
  contacts: 1_000,
  leads: 2_000,
  opportunities: 400,
  campaigns: 6,
};
const sizesOf = ({ sizes = demoSizes }: DemoOrder): Sizes => sizes;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** All records, parents first. */
export function demoRecords(order: DemoOrder): readonly Made[] {
  const world = new World(order.seed);
  const users = makeUsers(world, order);
  const queue = makeQueue(order);
  const owners = idsOf(users);
  const accounts = makeAccounts(world, order, owners);
  const contacts = makeContacts(world, order, owners, accounts);
  const leads = makeLeads(world, order, [...owners, ...idsOf(queue)], accounts, contacts);
  const campaigns = makeCampaigns(world, order, owners);
  const members = makeMembers(world, order, campaigns, leads, contacts);
  const opportunities = makeOpportunities(world, order, owners, accounts, campaigns);
  const roles = makeRoles(world, order, opportunities, contacts);
  const queued = many(order, 'QueueSobject', 1, () => ({ QueueId: idsOf(queue)[0] ?? null, SobjectType: 'Lead' }));
  return [users, queue, queued, accounts, contacts, leads, campaigns, members, opportunities, roles];
}

const idsOf = ({ rows }: Made): readonly string[] => rows.map((row) => row['Id'] as string);

/** `rows` of an object, each with its id; `make` gives the rest. */
function many(order: DemoOrder, object: string, count: number, make: (at: number) => StoredRow): Made {
  return { object, rows: order.ids(object, count).map((Id, at) => ({ Id, ...make(at) })) };
}

/** Made up to three years ago, changed up to a month ago, and never within the last hour. */
function stamps(world: World, order: DemoOrder): StoredRow {
  const changed = order.at - hourMs - world.number(0, 30 * 24 * 60) * 60_000;
  const created = changed - world.number(0, 1_000) * dayMs;
  return { CreatedDate: second(created), LastModifiedDate: second(changed), SystemModstamp: second(changed) };
}

const second = (ms: number): string => new Date(ms - (ms % 1_000)).toISOString();
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function makeUsers(world: World, order: DemoOrder): Made {
  return many(order, 'User', sizesOf(order).users, (at) => {
    const human = world.human();
    return {
      ...stamps(world, order),
      FirstName: human.firstName,
      LastName: human.lastName,
      Username: `sales${at + 1}.${order.seed}@practice.example.com`,
      Email: human.email,
      Alias: `sales${at + 1}`,
      CommunityNickname: `sales${at + 1}`,
      Title: at === 0 ? 'Head of Sales' : 'Account Executive',
      IsActive: String(at !== sizesOf(order).users - 1),
      UserType: 'Standard',
      TimeZoneSidKey: 'America/New_York',
      LocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
      EmailEncodingKey: 'UTF-8',
      ProfileId: order.profileId,
    };
  });
}

function makeQueue(order: DemoOrder): Made {
  return many(order, 'Group', 1, () => ({ Name: 'Web Inquiries', DeveloperName: 'Web_Inquiries', Type: 'Queue' }));
}

function makeAccounts(world: World, order: DemoOrder, owners: readonly string[]): Made {
  return many(order, 'Account', sizesOf(order).accounts, (at) => {
    const { street, city, state, postalCode, country } = world.human();
    return {
      ...stamps(world, order),
      Name: world.company(),
      OwnerId: world.pick(owners),
      Type: world.gap(30, () => world.pick(['Prospect', 'Customer - Direct', 'Customer - Channel', 'Other'])),
      Industry: world.gap(25, () => world.pick(['Technology', 'Retail', 'Education', 'Healthcare', 'Banking'])),
      BillingStreet: world.gap(10, () => street),
      BillingCity: city,
      BillingState: state,
      BillingPostalCode: world.gap(10, () => postalCode),
      BillingCountry: country,
      Phone: world.gap(20, () => world.phone()),
      Website: world.gap(30, () => `https://www.example.com/company/${at + 1}`),
      AnnualRevenue: world.gap(40, () => String(world.number(1, 900) * 100_000)),
      NumberOfEmployees: world.gap(40, () => String(world.number(1, 20_000))),
      Tier__c: world.gap(30, () => world.pick(tiers)),
      Customer_Number__c: `C-${String(at + 1).padStart(6, '0')}`,
    };
  });
}

function makeContacts(world: World, order: DemoOrder, owners: readonly string[], accounts: Made): Made {
  let before: string | null = null;
  return many(order, 'Contact', sizesOf(order).contacts, () => {
    const human = world.human();
    const account = world.gap(5, () => world.pick(accounts.rows));
    const email: string | null = world.chance(4) ? before : world.gap(12, () => human.email);
    before = email ?? before;
    return {
      ...stamps(world, order),
      ...sharedFields(world),
      AccountId: account?.['Id'] ?? null,
      OwnerId: world.pick(owners),
      Salutation: world.gap(60, () => world.pick(['Mr.', 'Ms.', 'Mrs.', 'Dr.'])),
      FirstName: world.gap(3, () => human.firstName),
      LastName: human.lastName,
      Email: email,
      Phone: world.gap(30, () => world.phone()),
      MobilePhone: world.gap(60, () => world.phone()),
      Title: world.gap(20, () => human.title),
      Department: world.gap(50, () => world.pick(['Sales', 'Marketing', 'Finance', 'IT', 'People'])),
      ...mailing(world, human),
      LeadSource: world.gap(40, () => world.pick(['Web', 'Phone Inquiry', 'Partner Referral'])),
      Birthdate: world.gap(80, () => day(order.at - world.number(20 * 365, 70 * 365) * dayMs)),
      HasOptedOutOfEmail: String(world.chance(6)),
      DoNotCall: String(world.chance(3)),
      Loyalty_Points__c: world.gap(50, () => String(world.number(0, 100_000))),
      Spend__c: world.gap(50, () => `${world.number(0, 90_000)}.${world.number(10, 99)}`),
      Renewal__c: world.gap(60, () => day(order.at + world.number(-200, 400) * dayMs)),
      Last_Visit__c: world.gap(60, () => second(order.at - world.number(1, 5_000) * hourMs)),
    };
  });
}

function mailing(world: World, human: Human): StoredRow {
  return {
    MailingStreet: world.gap(30, () => human.street),
    MailingCity: world.gap(20, () => human.city),
    MailingState: human.state,
    MailingPostalCode: world.gap(30, () => human.postalCode),
    MailingCountry: human.country,
  };
}

/** The custom fields that both leads and contacts have. */
function sharedFields(world: World): StoredRow {
  return {
    Region__c: world.gap(15, () => world.pick(regions)),
    Score__c: world.gap(20, () => `${world.number(0, 100)}.${world.pick(['25', '5', '75', '0'])}`),
    Interests__c: world.gap(40, () => interests.filter(() => world.chance(35)).join(';') || null),
    Newsletter__c: String(world.chance(40)),
    Nickname__c: world.gap(80, () => world.human().firstName),
    Notes__c: world.gap(70, () => world.paragraphs()),
  };
}

function makeLeads(world: World, order: DemoOrder, owners: readonly string[], accounts: Made, contacts: Made): Made {
  const known: string[] = [];
  return many(order, 'Lead', sizesOf(order).leads, () => {
    const human = world.human();
    const email = leadEmail(world, human, known, contacts);
    if (email !== null) known.push(email);
    const account = world.pick(accounts.rows);
    return {
      ...stamps(world, order),
      ...sharedFields(world),
      ...leadCustom(world, order, account),
      OwnerId: world.pick(owners),
      FirstName: world.gap(4, () => human.firstName),
      LastName: human.lastName,
      Company: companyName(world, account['Name'] as string),
      Title: world.gap(30, () => human.title),
      Email: email,
      Phone: world.gap(35, () => world.phone()),
      MobilePhone: world.gap(70, () => world.phone()),
      Street: world.gap(40, () => human.street),
      City: world.gap(20, () => human.city),
      State: human.state,
      PostalCode: world.gap(30, () => human.postalCode),
      Country: world.gap(5, () => human.country),
      Website: world.gap(70, () => `https://www.example.org/${world.number(1, 9_999)}`),
      Status: world.pick(['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted']),
      LeadSource: world.gap(20, () => world.pick(['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List'])),
      Industry: world.gap(50, () => world.pick(['Technology', 'Retail', 'Education', 'Healthcare'])),
      Rating: world.gap(60, () => world.pick(['Hot', 'Warm', 'Cold'])),
      AnnualRevenue: world.gap(70, () => String(world.number(1, 500) * 50_000)),
      NumberOfEmployees: world.gap(60, () => String(world.number(1, 5_000))),
      HasOptedOutOfEmail: String(world.chance(7)),
      DoNotCall: String(world.chance(4)),
      IsUnreadByOwner: String(world.chance(50)),
    };
  });
}

/** One in twenty is somebody we know already; some of those with capitals. One in eight has none. */
function leadEmail(world: World, human: Human, known: readonly string[], contacts: Made): string | null {
  const again = world.chance(5) && known.length > 0 ? world.pick(known) : null;
  const asContact = world.chance(3) ? (world.pick(contacts.rows)['Email'] ?? null) : null;
  const email = again ?? asContact ?? world.gap(12, () => human.email);
  return email !== null && world.chance(3) ? email.replace(/^[a-z]/, (first) => first.toUpperCase()) : email;
}

/** The same company as people type it. */
function companyName(world: World, name: string): string {
  if (world.chance(8)) return name.toUpperCase();
  return world.chance(8) ? `${name} Inc` : name;
}

function leadCustom(world: World, order: DemoOrder, account: StoredRow): StoredRow {
  return {
    Fit__c: world.gap(50, () => `${world.number(0, 100)}.${world.number(10, 99)}`),
    Budget__c: world.gap(60, () => `${world.number(1_000, 900_000)}.${world.number(10, 99)}`),
    Legacy_Number__c: world.gap(85, () => `9007199254${world.number(10_000_000, 99_999_999)}`),
    Trial_Starts__c: world.gap(70, () => day(order.at + world.number(-300, 60) * dayMs)),
    Last_Seen__c: world.gap(40, () => second(order.at - world.number(1, 9_000) * hourMs)),
    Call_After__c: world.gap(80, () => `${String(world.number(8, 18)).padStart(2, '0')}:30:00.000Z`),
    Blog__c: world.gap(90, () => `https://blog.example.net/${world.number(1, 9_999)}`),
    Second_Email__c: world.gap(90, () => world.human().email),
    Assistant_Phone__c: world.gap(92, () => world.phone()),
    Summary__c: world.gap(60, () => world.sentence()),
    Sponsor__c: world.gap(90, () => account['Id'] ?? null),
  };
}

function makeCampaigns(world: World, order: DemoOrder, owners: readonly string[]): Made {
  const names = ['Spring Webinar', 'Trade Show', 'Newsletter', 'Referral Program', 'Año Nuevo', 'Product Launch'];
  return many(order, 'Campaign', sizesOf(order).campaigns, (at) => ({
    ...stamps(world, order),
    Name: names[at] ?? `Campaign ${at + 1}`,
    OwnerId: world.pick(owners),
    Type: world.pick(['Webinar', 'Trade Show', 'Email']),
    Status: world.pick(['Planned', 'In Progress', 'Completed']),
    StartDate: day(order.at - world.number(10, 200) * dayMs),
    IsActive: String(world.chance(60)),
    BudgetedCost: String(world.number(1, 50) * 1_000),
  }));
}

function makeMembers(world: World, order: DemoOrder, campaigns: Made, leads: Made, contacts: Made): Made {
  const everyone: readonly (readonly [string, StoredRow])[] = [
    ...leads.rows.map((row) => ['LeadId', row] as const),
    ...contacts.rows.map((row) => ['ContactId', row] as const),
  ];
  const joined = everyone.filter(() => world.chance(20));
  return many(order, 'CampaignMember', joined.length, (at) => {
    const [field, person] = joined[at] as readonly [string, StoredRow];
    const responded = world.chance(25);
    return {
      ...stamps(world, order),
      CampaignId: world.pick(campaigns.rows)['Id'] ?? null,
      [field]: person['Id'] ?? null,
      LeadOrContactId: person['Id'] ?? null,
      Type: field === 'LeadId' ? 'Lead' : 'Contact',
      Status: responded ? 'Responded' : 'Sent',
      HasResponded: String(responded),
      FirstName: person['FirstName'] ?? null,
      LastName: person['LastName'] ?? null,
      Email: person['Email'] ?? null,
    };
  });
}

function makeOpportunities(world: World, order: DemoOrder, owners: readonly string[], accounts: Made, campaigns: Made) {
  return many(order, 'Opportunity', sizesOf(order).opportunities, () => {
    const account = world.pick(accounts.rows);
    return {
      ...stamps(world, order),
      Name: `${(account['Name'] as string).slice(0, 100)} - ${world.pick(['New', 'Renewal', 'Expansion'])}`,
      AccountId: account['Id'] ?? null,
      OwnerId: world.pick(owners),
      StageName: world.pick(['Prospecting', 'Needs Analysis', 'Proposal/Price Quote', 'Closed Won', 'Closed Lost']),
      Amount: world.gap(10, () => `${world.number(1, 400) * 500}.0`),
      CloseDate: day(order.at + world.number(-300, 200) * dayMs),
      Type: world.gap(40, () => world.pick(['New Customer', 'Existing Customer - Upgrade'])),
      LeadSource: world.gap(40, () => world.pick(['Web', 'Partner Referral'])),
      CampaignId: world.gap(70, () => world.pick(campaigns.rows)['Id'] ?? null),
      IsPrivate: 'false',
    };
  });
}

/** One to three contacts of the sale's account, the first of them primary. */
function makeRoles(world: World, order: DemoOrder, opportunities: Made, contacts: Made): Made {
  const byAccount = Map.groupBy(contacts.rows, (row) => row['AccountId']);
  const pairs = opportunities.rows.flatMap((opportunity) => {
    const there = byAccount.get(opportunity['AccountId'] as string) ?? [];
    return there.slice(0, world.number(1, 3)).map((contact, at) => ({ opportunity, contact, primary: at === 0 }));
  });
  return many(order, 'OpportunityContactRole', pairs.length, (at) => {
    const { opportunity, contact, primary } = pairs[at] as (typeof pairs)[number];
    return {
      ...stamps(world, order),
      OpportunityId: opportunity['Id'] ?? null,
      ContactId: contact['Id'] ?? null,
      Role: world.pick(['Decision Maker', 'Evaluator', 'Influencer', 'Business User']),
      IsPrimary: String(primary),
    };
  });
}
