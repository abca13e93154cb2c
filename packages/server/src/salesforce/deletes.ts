/** The log of deletes (A10). */
import { idText18 } from './ids.ts';
import { type DeletedRecord, SalesforceError } from './salesforce.ts';
import type { OrgSession } from './session.ts';
import { soqlName } from './soql.ts';

export const deletedIn = async (
  session: OrgSession,
  object: string,
  from: Date,
  to: Date,
): Promise<readonly DeletedRecord[]> => {
  const window = `start=${encodeURIComponent(from.toISOString())}&end=${encodeURIComponent(to.toISOString())}`;
  const answer = await session.json({ method: 'GET', path: `sobjects/${soqlName(object)}/deleted/?${window}` });
  const { deletedRecords } = (answer ?? {}) as Record<string, unknown>;
  if (!Array.isArray(deletedRecords)) throw notUnderstood();
  return deletedRecords.map(recordOf);
};

const recordOf = (entry: unknown): DeletedRecord => {
  const { id, deletedDate } = (entry ?? {}) as Record<string, unknown>;
  const deletedAt = new Date(typeof deletedDate === 'string' ? deletedDate : Number.NaN);
  if (typeof id !== 'string' || Number.isNaN(deletedAt.getTime())) throw notUnderstood();
  return { id: idText18(id), deletedAt };
};

const notUnderstood = (): SalesforceError =>
  new SalesforceError('answer-not-understood', { disposition: 'retry', detail: { host: 'Salesforce' } });
