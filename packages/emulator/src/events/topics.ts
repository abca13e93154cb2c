import type { Store } from '../store/store.ts';
import { identifier } from '../store/tables.ts';
import { type Channels, standardChannel } from './channels.ts';
import type { Topic } from './events.ts';
import type { PushTopics } from './push-topics.ts';
import type { Schemas } from './schemas.ts';

interface Parts {
  readonly store: Store;
  readonly channels: Channels;
  readonly schemas: Schemas;
  readonly pushTopics: PushTopics;
}

/** Finds what a subscriber's topic name stands for. */
export class Topics {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  named(name: string): Topic | undefined {
    const [, kind = '', rest = ''] = /^\/(data|event|topic|u)\/(.+)$/.exec(name) ?? [];
    switch (kind) {
      case 'data':
        return this.#channel(rest, 'data') ?? this.#changes(rest);
      case 'event':
        return this.#channel(rest, 'event') ?? this.#platform(rest);
      case 'topic':
        return this.#pushTopic(name, rest);
      case 'u':
        return this.#hasChannel(name) ? messages(name, 'generic', undefined) : undefined;
      default:
        return undefined;
    }
  }

  /** A channel of several kinds of events: the standard one, or a custom one. */
  #channel(name: string, type: 'data' | 'event'): Topic | undefined {
    const { channels } = this.#parts;
    const standard = type === 'data' && name.toLowerCase() === standardChannel.toLowerCase();
    const custom = channels.channel(name);
    const found = standard ? standardChannel : custom?.type === type ? custom.name : undefined;
    if (found === undefined) return undefined;
    const streams = channels.entitiesOf(found);
    return { name: `/${type}/${found}`, kind: type, object: undefined, streams, schema: undefined, canPublish: false };
  }

  #changes(event: string): Topic | undefined {
    const { schemas } = this.#parts;
    const object = schemas.objectOf(event);
    if (object === undefined || !schemas.isCaptured(object)) return undefined;
    const schema = schemas.current(object);
    return { name: `/data/${schema.event}`, kind: 'data', object, streams: [schema.event], schema, canPublish: false };
  }

  #platform(event: string): Topic | undefined {
    const { schemas } = this.#parts;
    if (!/__e$/i.test(event)) return undefined;
    const object = schemas.objectOf(event);
    if (object === undefined) return undefined;
    const schema = schemas.current(object);
    return { name: `/event/${schema.event}`, kind: 'event', object, streams: [schema.event], schema, canPublish: true };
  }

  #pushTopic(name: string, topicName: string): Topic | undefined {
    const topic = this.#parts.pushTopics.named(topicName);
    return topic === undefined ? undefined : messages(name, 'topic', topic.object);
  }

  #hasChannel(name: string): boolean {
    const object = this.#parts.store.schema.object('StreamingChannel');
    if (object === undefined) return false;
    const sql = `select 1 from ${identifier(object.name)} where "Name" = ? and "IsDeleted" = 'false'`;
    return this.#parts.store.statement(sql).get(name) !== undefined;
  }
}

function messages(name: string, kind: 'topic' | 'generic', object: string | undefined): Topic {
  return { name, kind, object, streams: [name], schema: undefined, canPublish: false };
}
