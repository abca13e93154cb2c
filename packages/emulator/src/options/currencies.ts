/**
 * Several currencies, as an org has them once an administrator turned them on: every record that may hold an amount says its
 * currency, `CurrencyType` has the rates, and `convertCurrency()` in SOQL converts. The first currency is the corporate one,
 * whose rate is 1; every user's own is that too.
 */
import type { ObjectDescribe, PicklistValue, Schema } from '../schema/schema.ts';
import {
  checkbox,
  type FieldChanges,
  id,
  integer,
  numeric,
  picklist,
  readOnly,
  required,
  stamps,
} from '../schema/standard/build.ts';
import { object } from '../schema/standard/object.ts';
import type { Store } from '../store/store.ts';
import { identifier } from '../store/tables.ts';

/** Rates by code, the corporate currency first: `{ USD: 1, EUR: 0.92 }`. */
export type Currencies = Readonly<Record<string, number>>;

/** `USD,EUR:0.92`: a rate each, the first is the corporate one; undefined if the text is no such list. */
export function currenciesIn(text: string): Currencies | undefined {
  const pairs = text.split(',').map((one) => /^\s*([A-Z]{3})(?::(\d+(?:\.\d+)?))?\s*$/.exec(one));
  if (pairs.some((pair) => pair === null || Number(pair[2] ?? 1) === 0)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', Number(pair?.[2] ?? 1)]));
}

const code: FieldChanges = { length: 3, byteLength: 9, restrictedPicklist: true, permissionable: false };

/** Standard objects whose records have a currency. */
const inCurrency = new Set([
  'Account',
  'Campaign',
  'CampaignMember',
  'Case',
  'Contact',
  'Event',
  'Lead',
  'Opportunity',
  'OpportunityContactRole',
  'Task',
  'User',
]);

function valuesOf(currencies: Currencies): readonly PicklistValue[] {
  return Object.keys(currencies).map((value, at) => ({
    active: true,
    defaultValue: at === 0,
    label: value,
    validFor: null,
    value,
  }));
}

function currencyType(codes: readonly PicklistValue[]): ObjectDescribe {
  return object(
    'CurrencyType',
    'Currency Type',
    'Currency Types',
    '01L',
    [
      id('Currency Type ID'),
      picklist('IsoCode', 'Currency ISO Code', codes, { ...code, ...required, updateable: false }),
      numeric('ConversionRate', 'Conversion Rate', 'double', 18, 6, required),
      integer('DecimalPlaces', 'Decimal Places', required),
      checkbox('IsActive', 'Active', { permissionable: false }),
      checkbox('IsCorporate', 'Corporate', readOnly),
      ...stamps(),
    ],
    { deletable: false, layoutable: false, searchable: false, undeletable: false, mruEnabled: false },
  );
}

/** The objects of an org with these currencies. */
export function withCurrencies(
  described: readonly ObjectDescribe[],
  currencies: Currencies,
): readonly ObjectDescribe[] {
  const codes = valuesOf(currencies);
  const own = picklist('CurrencyIsoCode', 'Currency ISO Code', codes, { ...code, defaultedOnCreate: true });
  const users = picklist('DefaultCurrencyIsoCode', 'Default Currency ISO Code', codes, code);
  const objects = described.map((one): ObjectDescribe => {
    if (!inCurrency.has(one.name) && !one.name.endsWith('__c')) return one;
    return { ...one, fields: [...one.fields, own, ...(one.name === 'User' ? [users] : [])] };
  });
  return [...objects, currencyType(codes)];
}

/** The currency of a custom object's records that is made later; none in an org of one currency. */
export function currencyFields(schema: Schema): ObjectDescribe['fields'] {
  const own = schema.object('Account')?.field('CurrencyIsoCode');
  return own === undefined ? [] : [own];
}

/** The rows of `CurrencyType`, and the corporate currency for every record there is. Once, in a new org. */
export function fillCurrencies(store: Store, currencies: Currencies, userId: string): void {
  const stamp = store.now();
  const [corporate = 'USD'] = Object.keys(currencies);
  store.transaction(() => {
    for (const [IsoCode, rate] of Object.entries(currencies)) {
      store.insert('CurrencyType', {
        Id: store.nextId('CurrencyType'),
        IsoCode,
        ConversionRate: Number.isInteger(rate) ? `${rate}.0` : String(rate),
        DecimalPlaces: IsoCode === 'JPY' ? '0' : '2',
        IsActive: 'true',
        IsCorporate: String(IsoCode === corporate),
        IsDeleted: 'false',
        CreatedDate: stamp,
        CreatedById: userId,
        LastModifiedDate: stamp,
        LastModifiedById: userId,
        SystemModstamp: stamp,
      });
    }
    for (const { name, stored } of store.schema.objects) {
      for (const field of stored.filter((one) => /^(?:Default)?CurrencyIsoCode$/.test(one.name))) {
        const column = identifier(field.name);
        store.statement(`update ${identifier(name)} set ${column} = ? where ${column} is null`).run(corporate);
      }
    }
  });
}

/** The corporate currency; undefined in an org of one currency. */
export function corporateCurrency(store: Store): string | undefined {
  if (store.schema.object('CurrencyType') === undefined) return undefined;
  const row = store.statement(`select "IsoCode" as code from "CurrencyType" where "IsCorporate" = 'true'`).get();
  return row === undefined ? undefined : String(row['code']);
}

/** The rates, the corporate currency first; null in an org of one currency. */
export function ratesOf(store: Store): Currencies | null {
  if (store.schema.object('CurrencyType') === undefined) return null;
  const sql = `select "IsoCode" as code, "ConversionRate" as rate from "CurrencyType" order by "IsCorporate" desc, "IsoCode"`;
  const rows = store.statement(sql).all();
  return Object.fromEntries(rows.map(({ code: name, rate }) => [String(name), Number(rate)]));
}
