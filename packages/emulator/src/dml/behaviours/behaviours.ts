/**
 * What single objects do of their own when their records are written: an object a file, all of one shape.
 *
 * `complete` sees a row before it is stored and answers further values for it, or refuses it; `follow` sees it after, and
 * writes other rows.
 */
import type { RowError } from '../../salesforce-error.ts';
import type { SchemaObject } from '../../schema/schema.ts';
import type { StoredRow } from '../../store/store.ts';
import type { Writing } from '../writing.ts';
import { account } from './account.ts';
import { attachment } from './attachment.ts';
import { campaign } from './campaign.ts';
import { campaignMember } from './campaign-member.ts';
import { caseBehaviour } from './case.ts';
import { contact } from './contact.ts';
import { event } from './event.ts';
import { opportunityContactRole } from './opportunity-contact-role.ts';
import { task } from './task.ts';

interface RowInWriting {
  /** The whole row as it would be stored. */
  readonly row: StoredRow;
  /** The values its writer gave. */
  readonly changes: StoredRow;
  /** The row as it is stored; undefined for a new one. */
  readonly before: StoredRow | undefined;
}

interface WrittenRow {
  readonly before: StoredRow | undefined;
  /** Undefined for a deleted one. */
  readonly after: StoredRow | undefined;
}

export type Completed =
  | { readonly ok: true; readonly values: StoredRow }
  | { readonly ok: false; readonly error: RowError };

export interface Behaviour {
  complete?(writing: Writing, row: RowInWriting): Completed;
  follow?(writing: Writing, row: WrittenRow): void;
}

const behaviours: Readonly<Record<string, Behaviour>> = {
  Account: account,
  Attachment: attachment,
  Campaign: campaign,
  CampaignMember: campaignMember,
  Case: caseBehaviour,
  Contact: contact,
  Event: event,
  OpportunityContactRole: opportunityContactRole,
  Task: task,
};

export function behaviourOf(object: SchemaObject): Behaviour | undefined {
  return behaviours[object.name];
}
