/** The messages of `pubsub.proto` as this program has them: bytes are buffers, and what was not sent is empty. */
export interface TopicRequest {
  readonly topicName: string;
}

export interface TopicInfo {
  readonly topicName: string;
  readonly tenantGuid: string;
  readonly canPublish: boolean;
  readonly canSubscribe: boolean;
  readonly schemaId: string;
  readonly rpcId: string;
}

export interface SchemaRequest {
  readonly schemaId: string;
}

export interface SchemaInfo {
  readonly schemaJson: string;
  readonly schemaId: string;
  readonly rpcId: string;
}

export interface ProducerEvent {
  readonly id: string;
  readonly schemaId: string;
  readonly payload: Buffer;
}

export interface ConsumerEvent {
  readonly event: ProducerEvent;
  readonly replayId: Buffer;
}

export interface FetchRequest {
  readonly topicName: string;
  readonly replayPreset: 'LATEST' | 'EARLIEST' | 'CUSTOM';
  readonly replayId: Buffer;
  readonly numRequested: number;
}

export interface FetchResponse {
  readonly events: readonly ConsumerEvent[];
  readonly latestReplayId: Buffer;
  readonly rpcId: string;
  readonly pendingNumRequested: number;
}

export interface ManagedFetchRequest {
  readonly subscriptionId: string;
  readonly developerName: string;
  readonly numRequested: number;
  readonly commitReplayIdRequest: { readonly commitRequestId: string; readonly replayId: Buffer } | null;
}

export interface ManagedFetchResponse extends FetchResponse {
  readonly commitResponse?: {
    readonly commitRequestId: string;
    readonly replayId?: Buffer;
    readonly error?: { readonly code: 'COMMIT'; readonly msg: string };
    readonly processTime: number;
  };
}

export interface PublishRequest {
  readonly topicName: string;
  readonly events: readonly ProducerEvent[];
}

export interface PublishResult {
  readonly replayId?: Buffer;
  readonly error?: { readonly code: 'PUBLISH'; readonly msg: string };
  readonly correlationKey: string;
}

export interface PublishResponse {
  readonly results: readonly PublishResult[];
  readonly schemaId: string;
  readonly rpcId: string;
}
