/** Records that go as requests of their own, 25 in a call: each has its own headers, and a duplicate rule names the records it found (OUT32). */
import { Problem } from '../errors/errors.ts';
import { EXTERNAL_ID_FIELD } from '../mapping/mapping.ts';
import { SalesforceError, type SendHeaders } from '../salesforce/salesforce.ts';
import { type Reply, UNSENT } from './answers.ts';
import type { Sending } from './fill.ts';
import type { Replies, RequestParts } from './send-records.ts';

/** Subrequests of one composite call (A6). */
const ALONE_MAX = 25;

export const sendAlone = async (
  parts: RequestParts,
  sendings: readonly Sending[],
  headersOf: (sending: Sending) => SendHeaders,
): Promise<Replies> => {
  const replies: Reply[] = [];
  let calls = 0;
  for (let at = 0; at < sendings.length; at += ALONE_MAX) {
    if (!(await parts.renewLease())) break;
    calls += 1;
    const sent = await request(parts, sendings.slice(at, at + ALONE_MAX), headersOf);
    if ('stoppedBy' in sent) return { replies: padded(replies, sendings), stoppedBy: sent.stoppedBy, calls };
    replies.push(...sent.replies);
  }
  return { replies: padded(replies, sendings), stoppedBy: null, calls };
};

const padded = (replies: readonly Reply[], sendings: readonly Sending[]): readonly Reply[] =>
  sendings.map((_, at) => replies[at] ?? UNSENT);

const request = async (
  { salesforce, object, isCreate }: RequestParts,
  sendings: readonly Sending[],
  headersOf: (sending: Sending) => SendHeaders,
): Promise<{ readonly replies: readonly Reply[] } | Pick<Replies & { stoppedBy: object }, 'stoppedBy'>> => {
  try {
    const answers = await salesforce.sendEach(
      sendings.map((sending) => ({
        object,
        id: sending.sfId,
        externalId: { field: EXTERNAL_ID_FIELD, value: sending.externalId },
        body: sending.fields,
        headers: { ...(isCreate ? {} : { autoAssign: 'FALSE' }), ...headersOf(sending) },
      })),
    );
    return { replies: answers.map((answer) => ({ kind: 'answered', answer, isWhole: false })) };
  } catch (error) {
    if (error instanceof Problem) return { stoppedBy: error };
    if (!(error instanceof SalesforceError)) throw error;
    if (error.mayHaveLanded) return { replies: sendings.map(() => ({ kind: 'lost', error })) };
    return { stoppedBy: error };
  }
};

/**
 * What a duplicate rule blocked among records that went together: asked alone, Salesforce names the records like it. Saved by now, because
 * they are gone, is a success like any other.
 */
export const nameMatches = async (
  parts: RequestParts,
  sendings: readonly Sending[],
  sent: Replies,
): Promise<Replies> => {
  const blocked = sendings.filter((_, at) => isBlocked(sent.replies[at]));
  if (blocked.length === 0 || sent.stoppedBy) return sent;
  const named = await sendAlone(parts, blocked, () => ({ duplicates: 'name' }));
  const replyOf = new Map(blocked.map((sending, at) => [sending, named.replies[at]]));
  return {
    replies: sendings.map((sending, at) => {
      const reply = replyOf.get(sending);
      return reply === undefined || reply.kind === 'unsent' ? (sent.replies[at] ?? UNSENT) : reply;
    }),
    stoppedBy: named.stoppedBy,
    calls: sent.calls + named.calls,
  };
};

const isBlocked = (reply: Reply | undefined): boolean =>
  reply?.kind === 'answered' &&
  !reply.isWhole &&
  !reply.answer.ok &&
  reply.answer.faults.some(({ code, duplicate }) => code === 'DUPLICATES_DETECTED' && duplicate === undefined);
