/** What a refusal of Salesforce means for an action. A word decides, never a message. Pure. */
import type { ProblemCode } from '@syncline/contract/problems';
import type { SalesforceFault } from '../salesforce/salesforce.ts';
import { type Answer, refusal } from './kind.ts';

/** Words of a moment: the same request is sent again. */
const PASSING: ReadonlySet<string> = new Set([
  'UNABLE_TO_LOCK_ROW',
  'SERVER_UNAVAILABLE',
  'UNKNOWN_EXCEPTION',
  'QUERY_TIMEOUT',
  'REQUEST_LIMIT_EXCEEDED',
  'INVALID_SESSION_ID',
]);

/** Words that say that the record is not what we think it is. It is read again. */
const MOVED_ON: ReadonlySet<string> = new Set(['ENTITY_IS_DELETED', 'NOT_FOUND', 'CANNOT_UPDATE_CONVERTED_LEAD']);

export const isMovedOn = (fault: SalesforceFault | undefined): boolean =>
  fault !== undefined && MOVED_ON.has(fault.code);

const NO_RIGHT: ReadonlySet<string> = new Set(['INSUFFICIENT_ACCESS', 'INSUFFICIENT_ACCESS_OR_READONLY']);

/** `words`: what a kind of action has a better sentence for. */
export const judge = (
  fault: SalesforceFault | undefined,
  words: Readonly<Record<string, ProblemCode>> = {},
): Answer => {
  const { code: word, message } = fault ?? { code: '', message: '' };
  if (PASSING.has(word)) return { is: 'later' };
  const own = Object.hasOwn(words, word) ? words[word] : undefined;
  const code =
    own ?? (MOVED_ON.has(word) ? 'record-moved-on' : NO_RIGHT.has(word) ? 'action-no-right' : 'action-refused');
  return {
    is: 'refused',
    refusal: refusal(code, { word, message }),
    isReread: MOVED_ON.has(word) || NO_RIGHT.has(word),
  };
};
