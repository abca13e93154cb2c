/**
 * What an org may have beside what every org has: person accounts, and several currencies. A new org has them by its options; in
 * one that runs they are turned on, for good, as Salesforce and an administrator do. Records that are there become business
 * accounts and of the corporate currency, and the org's profiles are granted the new fields.
 */
import { grantFields } from '../access/first-grants.ts';
import type { Org } from '../org.ts';
import type { ObjectDescribe } from '../schema/schema.ts';
import type { Store } from '../store/store.ts';
import { identifier } from '../store/tables.ts';
import { type Currencies, corporateCurrency, fillCurrencies, ratesOf, withCurrencies } from './currencies.ts';
import { fillPersonAccounts, hasPersonAccounts, personType, withPersonAccounts } from './person-accounts.ts';

export interface OrgFeatures {
  readonly personAccounts: boolean;
  /** Rates, the corporate currency first; null in an org of one currency. */
  readonly currencies: Currencies | null;
}

export function featuresOf({ store }: Org): OrgFeatures {
  return { personAccounts: hasPersonAccounts(store), currencies: ratesOf(store) };
}

/** Turns on what is asked for; throws with a sentence where the org has it already, and then nothing has changed. */
export function turnOn(org: Org, { personAccounts, currencies }: Partial<OrgFeatures>): void {
  const { store, metadata, access } = org;
  metadata.whole(() => {
    if (personAccounts === true) {
      if (hasPersonAccounts(store)) throw new Error('The org has person accounts already.');
      redefine(org, withPersonAccounts(describesOf(store)));
      metadata.put(access.admin, personType.type, personType.fullName, personType.tree);
      fillPersonAccounts(store);
    }
    if (currencies !== undefined && currencies !== null) {
      if (corporateCurrency(store) !== undefined) throw new Error('The org has several currencies already.');
      redefine(org, withCurrencies(describesOf(store), currencies));
      fillCurrencies(store, currencies, access.admin.id);
    }
  });
}

const describesOf = (store: Store): readonly ObjectDescribe[] => store.schema.objects.map(({ describe }) => describe);

/** Defines the objects that have more fields now, with these false where they are true or false, and granted. */
function redefine({ store, access }: Org, objects: readonly ObjectDescribe[]): void {
  for (const describe of objects) {
    const before = store.schema.object(describe.name);
    const added = describe.fields.filter(({ name }) => before?.field(name) === undefined);
    if (added.length === 0) continue;
    store.define(describe);
    for (const { name } of added.filter(({ type }) => type === 'boolean')) {
      const column = identifier(name);
      store.database.exec(`update ${identifier(describe.name)} set ${column} = 'false' where ${column} is null`);
    }
    grantFields(store, describe.name, added);
  }
  access.rightsChanged();
}
