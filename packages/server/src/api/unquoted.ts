/** What a caller who may not see people is told of failures: codes and names of fields, no text of Salesforce's, which may quote values (SEC6). */
import { isProblemCode, problemShape } from '@syncline/contract/problems';
import type { FastifyRequest } from 'fastify';
import { mayAct } from './access.ts';

/** The answer as it is for who may see people; for a monitor, without what may quote them. */
export const forCaller = <Answer extends object>(request: Pick<FastifyRequest, 'caller'>, answer: Answer): Answer =>
  request.caller && mayAct(request.caller.role, 'viewer') ? answer : (unquoted(answer) as Answer);

/** Details that are names of ours or of Salesforce's schema. Everything else may be somebody's value. */
const SAFE_DETAILS = new Set(['object', 'field', 'host', 'role', 'seconds', 'word', 'waiting']);

/** Every `message` is emptied, and every problem is made anew from its code and its safe details. Pure. */
const unquoted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(unquoted);
  if (typeof value !== 'object' || value === null) return value;
  if ('code' in value && 'advice' in value && typeof value.code === 'string' && isProblemCode(value.code))
    return problemShape(value.code, safeDetails('detail' in value ? value.detail : {}));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === 'message' ? '' : unquoted(inner)]),
  );
};

const safeDetails = (detail: unknown): Readonly<Record<string, string | number>> =>
  Object.fromEntries(Object.entries(Object(detail)).filter(([name]) => SAFE_DETAILS.has(name))) as Readonly<
    Record<string, string | number>
  >;
