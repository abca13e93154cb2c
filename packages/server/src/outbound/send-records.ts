/** Sending the records of a claim by collections, and their replies, in the order of the records (OUT14, OUT19, OUT22, OUT31). */
import { Problem } from '../errors/errors.ts';
import { EXTERNAL_ID_FIELD } from '../mapping/mapping.ts';
import { type Salesforce, SalesforceError, type SendHeaders } from '../salesforce/salesforce.ts';
import { type Reply, UNSENT } from './answers.ts';
import { recordJson, type Sending } from './fill.ts';
import { ruleOf } from './outcomes.ts';
import { nameMatches, sendAlone } from './send-alone.ts';

export interface RequestParts {
  readonly salesforce: Salesforce;
  readonly object: string;
  readonly isCreate: boolean;
  /** Before each request: false means that the claim has passed on, and nothing more may be sent (OUT12). */
  readonly renewLease: () => Promise<boolean>;
}

/** A paused connection refuses with a `Problem`, an org with its own word. */
export type Stopper = SalesforceError | Problem;

export interface Replies {
  /** One for each record, in order. */
  readonly replies: readonly Reply[];
  /** What stopped the whole: the connection, not a record. Later records are `unsent`. */
  readonly stoppedBy: Stopper | null;
  readonly calls: number;
}

/** Records that need headers of their own go alone, behind those that go together. */
export const sendRecords = async (parts: RequestParts, sendings: readonly Sending[]): Promise<Replies> => {
  const alone = sendings.filter(isAlone);
  const together = sendings.filter((sending) => !isAlone(sending));
  const first = await nameMatches(parts, together, await sendTogether(parts, together));
  const second = first.stoppedBy ? NONE : await sendAlone(parts, alone, aloneHeaders);
  const replyOf = new Map([
    ...together.map((sending, at) => [sending, first.replies[at]] as const),
    ...alone.map((sending, at) => [sending, second.replies[at]] as const),
  ]);
  return {
    replies: sendings.map((sending) => replyOf.get(sending) ?? UNSENT),
    stoppedBy: first.stoppedBy ?? second.stoppedBy,
    calls: first.calls + second.calls,
  };
};

const isAlone = ({ savesDuplicate, unmodifiedSince }: Sending): boolean => savesDuplicate || unmodifiedSince !== null;
const aloneHeaders = ({ savesDuplicate, unmodifiedSince }: Sending): SendHeaders => ({
  duplicates: savesDuplicate ? 'save' : 'name',
  ...(unmodifiedSince === null ? {} : { unmodifiedSince }),
});
const NONE: Replies = { replies: [], stoppedBy: null, calls: 0 };

const sendTogether = async (parts: RequestParts, sendings: readonly Sending[]): Promise<Replies> => {
  if (sendings.length === 0) return { replies: [], stoppedBy: null, calls: 0 };
  if (!(await parts.renewLease())) return { replies: sendings.map(() => UNSENT), stoppedBy: null, calls: 0 };
  const sent = await request(parts, sendings);
  if ('stoppedBy' in sent) return { replies: sendings.map(() => UNSENT), stoppedBy: sent.stoppedBy, calls: 1 };
  if (!isHalved(sent.replies)) return { replies: sent.replies, stoppedBy: null, calls: 1 };
  const middle = Math.ceil(sendings.length / 2);
  const first = await sendTogether(parts, sendings.slice(0, middle));
  const second: Replies = first.stoppedBy
    ? { replies: sendings.slice(middle).map(() => UNSENT), stoppedBy: first.stoppedBy, calls: 0 }
    : await sendTogether(parts, sendings.slice(middle));
  return {
    replies: [...first.replies, ...second.replies],
    stoppedBy: second.stoppedBy,
    calls: 1 + first.calls + second.calls,
  };
};

/**
 * Every record refused for the sake of one: by the org's own code, or the whole request by a word about its data. A field that is gone is
 * found out by asking for the describe, not by halving.
 */
const isHalved = (replies: readonly Reply[]): boolean =>
  replies.length > 1 &&
  replies.every(
    (reply) =>
      reply.kind === 'answered' &&
      !reply.answer.ok &&
      reply.answer.faults.some((fault) => isAboutOne(fault.code, reply.isWhole)),
  );

const isAboutOne = (word: string, isWhole: boolean): boolean =>
  ruleOf(word) === 'halve' || (isWhole && ruleOf(word) !== 'describe' && word !== 'NOT_FOUND');

type Sent = { readonly replies: readonly Reply[] } | { readonly stoppedBy: Stopper };

const request = async ({ salesforce, object, isCreate }: RequestParts, sendings: readonly Sending[]): Promise<Sent> => {
  const json = `[${sendings.map((sending) => recordJson(object, sending)).join(',')}]`;
  try {
    const answers = isCreate
      ? await salesforce.upsertRecords(object, EXTERNAL_ID_FIELD, json, {})
      : await salesforce.updateRecords(json, { autoAssign: 'FALSE' });
    if (answers.length !== sendings.length) throw countWrong();
    return { replies: answers.map((answer) => ({ kind: 'answered', answer, isWhole: false })) };
  } catch (error) {
    if (error instanceof Problem) return { stoppedBy: error };
    if (!(error instanceof SalesforceError)) throw error;
    if (error.mayHaveLanded) return { replies: sendings.map(() => ({ kind: 'lost', error })) };
    if (error.code !== 'salesforce-refused' || error.word === null) return { stoppedBy: error };
    const fault = { code: error.word, message: String(error.detail['message'] ?? ''), fields: error.fields };
    return {
      replies: sendings.map(() => ({ kind: 'answered', answer: { ok: false, faults: [fault] }, isWhole: true })),
    };
  }
};

const countWrong = (): SalesforceError =>
  new SalesforceError('answer-not-understood', {
    disposition: 'retry',
    detail: { host: 'Salesforce' },
    mayHaveLanded: true,
  });
