import type { Store } from '../store/store.ts';
import { type AvroSchema, avroSchemaOf } from './avro-schema.ts';
import { changeEventName, type EventShape, shapeOf } from './shape.ts';

/** One version of an event's schema. */
export interface EventSchema {
  /** 22 characters; a new one for each change of the object's fields. */
  readonly id: string;
  /** `LeadChangeEvent`, `Sample__e`. */
  readonly event: string;
  readonly avro: AvroSchema;
}

/** Objects of the org itself, which Change Data Capture does not cover. */
const uncaptured = new Set([
  'Organization',
  'Profile',
  'UserRole',
  'Group',
  'RecordType',
  'CampaignMemberStatus',
  'PermissionSet',
  'PermissionSetAssignment',
  'ObjectPermissions',
  'FieldPermissions',
  'PushTopic',
  'StreamingChannel',
  'ManagedEventSubscription',
]);

/** Schemas of events, remembered in the org's file so that an old event can be read by the schema it was written with. */
export class Schemas {
  readonly #store: Store;
  #current = new WeakMap<EventShape, EventSchema>();
  readonly #known = new Map<string, EventSchema>();

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(
      'create table if not exists "_event_schema" (id text primary key, event text not null, avro text not null)',
    );
  }

  /** The object behind a change event's or platform event's name, in any case. */
  objectOf(event: string): string | undefined {
    const { schema } = this.#store;
    if (/__e$/i.test(event)) return schema.object(event)?.name;
    const stem = /^(.+?)(_?)ChangeEvent$/i.exec(event);
    if (stem === null) return undefined;
    const name = stem[2] === '_' && stem[1]?.endsWith('_') === true ? `${stem[1]}_c` : `${stem[1]}${stem[2]}`;
    const object = schema.object(name);
    return object === undefined || uncaptured.has(object.name) || object.name.endsWith('__e') ? undefined : object.name;
  }

  /** The name of the event that tells an object's changes, or of the platform event that the object is. */
  eventOf(object: string): string {
    return object.endsWith('__e') ? object : changeEventName(object);
  }

  isCaptured(object: string): boolean {
    return !uncaptured.has(object) && !object.endsWith('__e');
  }

  shape(object: string): EventShape {
    const described = this.#store.schema.object(object);
    if (described === undefined) throw new Error(`There is no object ${object}.`);
    return shapeOf(described);
  }

  /** The schema that events of an object are written with now. */
  current(object: string): EventSchema {
    const shape = this.shape(object);
    const known = this.#current.get(shape);
    if (known !== undefined) return known;
    const avro = avroSchemaOf(shape);
    const schema = { id: avro.uuid, event: shape.name, avro };
    this.#store
      .statement('insert or ignore into "_event_schema" (id, event, avro) values (?, ?, ?)')
      .run(schema.id, schema.event, JSON.stringify(avro));
    this.#current.set(shape, schema);
    this.#known.set(schema.id, schema);
    return schema;
  }

  /** A transaction was undone, or the org restored, and a schema with it that may have been written down since. */
  undone(): void {
    this.#current = new WeakMap();
  }

  byId(id: string): EventSchema | undefined {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const row = this.#store.statement('select event, avro from "_event_schema" where id = ?').get(id);
    if (row === undefined) return undefined;
    const schema = { id, event: String(row['event']), avro: JSON.parse(String(row['avro'])) as AvroSchema };
    this.#known.set(id, schema);
    return schema;
  }
}
