import type { Metadata } from '@grpc/grpc-js';
import type { OrgUser } from '../access/access.ts';
import type { Topic } from '../events/events.ts';
import { maySee } from '../events/seen.ts';
import type { Org } from '../org.ts';
import { canonicalId } from '../store/ids.ts';
import { refusals } from './status.ts';

/** Who calls, as the three headers of a call say it (A15). */
export interface Caller {
  readonly user: OrgUser;
  /** Whether their session still lives. */
  isThere(): boolean;
}

/** A topic of events that the caller may follow; NOT_FOUND otherwise, so that nobody learns of what they may not read. */
export function topicFor(org: Org, { user }: Caller, name: string): Topic {
  const topic = org.events.topic(name);
  const isOfEvents = topic?.kind === 'data' || topic?.kind === 'event';
  if (topic === undefined || !isOfEvents || !maySee(topic, org.schema, org.access.sight(user))) {
    throw refusals.noTopic(name);
  }
  return topic;
}

const headers = ['accesstoken', 'instanceurl', 'tenantid'] as const;

/** Throws UNAUTHENTICATED for a header that is missing, a session that is none, and another org's id. */
export function callerOf(org: Org, metadata: Metadata): Caller {
  const [token, , tenant] = headers.map((name) => String(metadata.get(name)[0] ?? ''));
  const missing = headers.filter((name) => metadata.get(name).length === 0);
  if (missing.length > 0) throw refusals.missingHeaders(missing);
  const session = org.access.session(token ?? '');
  if (session === undefined || canonicalId(tenant ?? '') !== org.access.orgId) throw refusals.unauthenticated();
  return { user: session.user, isThere: () => org.access.sessions.find(session.token) !== undefined };
}
