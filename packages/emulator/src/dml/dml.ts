/**
 * Writing records as a user does: create, update, upsert by external id, delete and undo it, convert and merge.
 *
 * Input is text for every type, as a CSV cell would say it: numbers as digits, booleans `true`/`false`/`1`/`0`, dates
 * and datetimes ISO, ids in 15 or 18 characters. Null or '' sets null; a field that is absent is left alone. A
 * reference may be given by a parent's external id: `{ Account: { External__c: 'x' } }`. Field names may be in any case.
 *
 * Each row has its own answer with A7's codes; a refused row changes nothing and does not stop the others, unless
 * `allOrNone` is set. A call is one transaction. Stamps and `LastModifiedById` move on every update, changed or not.
 *
 * `values.ts` (a field's value from text) and `automation.ts` (fields that follow from others) are pure, and what loads
 * exports uses them too.
 */
import type { Access, OrgUser } from '../access/access.ts';
import type { ChangeRecorder } from '../events/events.ts';
import type { Rules } from '../rules/rules.ts';
import type { RowError } from '../salesforce-error.ts';
import type { Schema } from '../schema/schema.ts';
import type { Store } from '../store/store.ts';

export type InputValue = string | null | { readonly [externalId: string]: string | null };
export type RecordInput = Readonly<Record<string, InputValue>>;

export type RowResult =
  | {
      readonly success: true;
      readonly id: string;
      readonly created: boolean;
      /** Of a platform event: its `EventUuid`; it is published when the transaction commits. */
      readonly eventUuid?: string;
    }
  | { readonly success: false; readonly id: string | undefined; readonly errors: readonly RowError[] };

/** One row to write. `id` is the record's id, in 15 or 18 characters. */
export type Write =
  | { readonly kind: 'create'; readonly object: string; readonly record: RecordInput }
  | { readonly kind: 'update'; readonly object: string; readonly id: string; readonly record: RecordInput }
  | {
      readonly kind: 'upsert';
      readonly object: string;
      /** An external id or idLookup field's name; `Id` is allowed. */
      readonly externalId: string;
      readonly value: string | null;
      readonly record: RecordInput;
    }
  | {
      /** Into the recycle bin, past it, out of it, and from it for good. */
      readonly kind: 'delete' | 'hardDelete' | 'undelete' | 'purge';
      readonly object: string;
      readonly id: string;
    };

/** A lead to convert, as `convertLead` takes it (A12). Ids in 15 or 18 characters. */
export interface LeadConvert {
  readonly leadId: string;
  readonly convertedStatus: string;
  /** Records to convert into; made where absent. `contactId` needs `accountId`. */
  readonly accountId?: string | undefined;
  readonly contactId?: string | undefined;
  readonly opportunityId?: string | undefined;
  readonly opportunityName?: string | undefined;
  readonly doNotCreateOpportunity?: boolean;
  /** The contact's LeadSource takes the lead's, even where it has one. */
  readonly overwriteLeadSource?: boolean;
  readonly ownerId?: string | undefined;
  readonly bypassAccountDedupeCheck?: boolean;
  readonly bypassContactDedupeCheck?: boolean;
  /** Values for the records that are made or filled. */
  readonly accountRecord?: RecordInput | undefined;
  readonly contactRecord?: RecordInput | undefined;
  readonly opportunityRecord?: RecordInput | undefined;
}

export type ConvertResult =
  | {
      readonly success: true;
      readonly leadId: string;
      readonly accountId: string;
      readonly contactId: string;
      readonly opportunityId: string | null;
    }
  | { readonly success: false; readonly leadId: string; readonly errors: readonly RowError[] };

export interface MergeRequest {
  readonly object: string;
  /** The record that stays, and the values it is given. */
  readonly masterId: string;
  readonly record: RecordInput;
  /** One or two records that go into it. */
  readonly mergeIds: readonly string[];
}

export type MergeResult =
  | {
      readonly success: true;
      readonly id: string;
      readonly mergedIds: readonly string[];
      /** Records that have the master for a parent now. */
      readonly relatedIds: readonly string[];
    }
  | { readonly success: false; readonly id: string; readonly errors: readonly RowError[] };

export interface WriteOptions {
  readonly allOrNone?: boolean;
  /** By which API the writes came, as `originOf` of `events` makes it; change events carry it. */
  readonly origin?: string;
  /** Which assignment rule new leads and cases go by: `active`, one by its id, or `none`, which is the default. */
  readonly assignment?: string;
  /** What the client wants of duplicate rules. */
  readonly duplicates?: { readonly allowSave: boolean; readonly includeDetails: boolean };
}

export interface Dml {
  /** Answers in the order of `writes`. */
  write(user: OrgUser, writes: readonly Write[], options?: WriteOptions): readonly RowResult[];
  /** Makes leads into accounts, contacts and opportunities; each lead whole or not at all. */
  convertLeads(user: OrgUser, converts: readonly LeadConvert[], options?: WriteOptions): readonly ConvertResult[];
  /** Makes up to three records one; each request whole or not at all. */
  merge(user: OrgUser, requests: readonly MergeRequest[], options?: WriteOptions): readonly MergeResult[];
}

/** What writing needs of the org. */
export interface DmlParts {
  readonly store: Store;
  readonly schema: Schema;
  readonly access: Access;
  /** What the org's administrators made records obey. */
  readonly rules: Rules;
  /** Hears of every row that is written. */
  readonly events: ChangeRecorder;
}

export { makeDml } from './write.ts';
