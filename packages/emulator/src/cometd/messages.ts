/** Bayeux messages as Salesforce speaks them (A16). */
export interface Message {
  readonly channel: string;
  readonly id?: string | undefined;
  readonly clientId?: string | undefined;
  readonly subscription?: string | readonly string[] | undefined;
  readonly connectionType?: string | undefined;
  readonly supportedConnectionTypes?: readonly string[] | undefined;
  readonly advice?: { readonly timeout?: number } | undefined;
  readonly ext?: { readonly replay?: Readonly<Record<string, number>> } | undefined;
}

export type Answer = Readonly<Record<string, unknown>>;

/** The messages of a request's body: one, or a list. Undefined if it is neither. */
export function messagesOf(body: unknown): readonly Message[] | undefined {
  const list: readonly unknown[] = Array.isArray(body) ? body : [body];
  const isMessage = (one: unknown): one is Message =>
    typeof one === 'object' && one !== null && 'channel' in one && typeof one.channel === 'string';
  return list.every(isMessage) ? list : undefined;
}

/** What an answer repeats of its message. */
function again({ channel, id }: Message): Answer {
  return id === undefined ? { channel } : { channel, id };
}

export function done(message: Message, more: Answer = {}): Answer {
  return { ...more, ...again(message), successful: true };
}

export function failed(message: Message, error: string, more: Answer = {}): Answer {
  return { ...more, ...again(message), error, successful: false };
}

export const longPolling = 'long-polling';

/** What Salesforce says of a client's session. */
export const errors = {
  needsAuthentication: '401::Request requires authentication',
  authenticationInvalid: '401::Authentication invalid',
  handshakeDenied: '403::Handshake denied',
  unknownClient: '403::Unknown client',
  noAccess: '403::Subscriber does not have access to the entities in the Channel',
  dailyLimit: '403::Organization total events daily limit exceeded',
  publishDenied: '403:denied_by_security_policy:publish_denied',
  noChannelName: '400::Channel name not specified',
  noSlash: "400::Channel subscriptions must start with a leading '/'",
  connectionType: (type: string) => `400::Invalid connection type ${type}`,
  noChannel: (name: string) => `400::The channel you requested to subscribe to does not exist ${name}`,
  replayId: (id: number) =>
    `400::The replayId {${id}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
} as const;

/** Advice to begin anew, and not to. */
export const anew: Answer = { advice: { reconnect: 'handshake', interval: 0 } };
export const never: Answer = { advice: { reconnect: 'none', interval: 0 } };
