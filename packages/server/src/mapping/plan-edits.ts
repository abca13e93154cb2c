/**
 * What edits make of a map: its fields afterwards, and what that means for values that are there. Pure.
 *
 * Columns are never dropped (N6): a field that leaves its column leaves the column's values behind.
 */
import { Problem } from '../errors/errors.ts';
import { freeColumn } from './column-names.ts';
import { NEEDED_FIELDS } from './field-lists.ts';
import {
  type Direction,
  type FieldMap,
  type Filter,
  isSendable,
  type MappedField,
  type Policy,
  SYNC_OBJECTS,
  type SyncObject,
  TABLE_OF,
} from './mapping.ts';
import { type ChosenField, fieldMapOf } from './open-field-store.ts';
import { isSameFilter, planFilter } from './plan-filter.ts';

export type MapEdit =
  | {
      readonly kind: 'choose';
      readonly object: SyncObject;
      readonly name: string;
      readonly direction?: Direction | undefined;
      readonly policy?: Policy | null | undefined;
      readonly isWriteOnce?: boolean | undefined;
    }
  | { readonly kind: 'join'; readonly lead: string; readonly contact: string }
  | { readonly kind: 'break'; readonly lead: string; readonly contact: string }
  | { readonly kind: 'add'; readonly object: SyncObject; readonly name: string }
  | { readonly kind: 'hide'; readonly object: 'Lead' | 'Contact'; readonly name: string; readonly isHidden: boolean }
  | { readonly kind: 'retype'; readonly object: SyncObject; readonly name: string }
  | { readonly kind: 'filter'; readonly object: SyncObject; readonly filter: Filter | null };

/** Values of contacts that go to another column. `copies`: everybody's value is copied, so that both fields of a broken pair have it. */
export interface Move {
  readonly contact: string;
  readonly from: string;
  readonly to: string;
  readonly mirrorType: string;
  readonly copies: boolean;
}

/** A column, here and in the mirror, that is to hold another type (MAP6). */
interface Retype {
  readonly object: SyncObject;
  readonly name: string;
  readonly column: string;
  readonly from: string;
  readonly to: string;
}

export interface MapPlan {
  readonly map: FieldMap;
  /** Rows of the map that differ from before, as they are to be. */
  readonly changed: readonly MappedField[];
  /** Fields that were not in the map. */
  readonly added: readonly ChosenField[];
  readonly moves: readonly Move[];
  readonly retyped: readonly Retype[];
  /** Fields that stop being sent: their entries are withdrawn. */
  readonly withdrawn: readonly MappedField[];
  /** Fields whose existing values differ on the two sides, perhaps, and would be made the same by a backfill; their mirror is known. */
  readonly comparable: readonly MappedField[];
  /** Objects whose filter becomes another one; `map` has it. */
  readonly filtered: readonly SyncObject[];
}

export interface EditableMap {
  readonly map: FieldMap;
  /** What the org has and the map has not, with the columns that they would get; or has as another type. */
  readonly candidates: readonly ChosenField[];
  /** Columns of `marketing.person` that exist, with their type, whoever uses them. */
  readonly columns: ReadonlyMap<string, string>;
}

/**
 * Errors: `field-unknown`, `field-needed`, `field-not-sendable`, `field-in-use`, `filter-wrong`, `opt-out-locked`, `pair-standard`, `pair-types-differ`, `pair-taken`,
 * `pair-missing`.
 */
export const planEdits = (editable: EditableMap, edits: readonly MapEdit[]): MapPlan => {
  const draft = new MapDraft(editable);
  for (const edit of edits) draft.make(edit);
  return draft.plan();
};

const keyOf = (object: SyncObject, name: string): string => `${object}.${name}`;

class MapDraft {
  readonly #before: EditableMap;
  readonly #fields: Map<string, MappedField>;
  readonly #added = new Map<string, ChosenField>();
  readonly #filters = new Map<SyncObject, Filter>();

  constructor(editable: EditableMap) {
    this.#before = editable;
    this.#fields = new Map(
      SYNC_OBJECTS.flatMap((object) => editable.map.objects[object].fields).map((field) => [
        keyOf(field.object, field.name),
        field,
      ]),
    );
    for (const object of SYNC_OBJECTS) {
      const { filter } = editable.map.objects[object];
      if (filter) this.#filters.set(object, filter);
    }
  }

  make(edit: MapEdit): void {
    switch (edit.kind) {
      case 'choose':
        return this.#choose(edit);
      case 'join':
        return this.#join(edit.lead, edit.contact);
      case 'break':
        return this.#break(edit.lead, edit.contact);
      case 'add':
        return this.#add(edit.object, edit.name);
      case 'hide':
        return this.#hide(edit.object, edit.name, edit.isHidden);
      case 'retype':
        return this.#retype(edit.object, edit.name);
      case 'filter':
        return this.#filter(edit.object, edit.filter);
    }
  }

  #field(object: SyncObject, name: string): MappedField & { readonly column: string } {
    const field = this.#fields.get(keyOf(object, name));
    if (!field || field.column === null) throw new Problem('field-unknown', { field: keyOf(object, name) });
    return { ...field, column: field.column };
  }

  #put(field: MappedField): void {
    this.#fields.set(keyOf(field.object, field.name), field);
  }

  #choose({ object, name, direction, policy, isWriteOnce }: Extract<MapEdit, { kind: 'choose' }>): void {
    const field = this.#field(object, name);
    const path = keyOf(object, name);
    if (policy !== undefined && field.isOptOut) throw new Problem('opt-out-locked', { field: path });
    const chosen = {
      ...field,
      direction: direction ?? field.direction,
      policy: policy === undefined ? field.policy : policy,
      isWriteOnce: isWriteOnce ?? field.isWriteOnce,
      isHidden: field.isHidden === true && (direction ?? field.direction) === 'none',
    };
    if (direction !== undefined) this.#checkDirection(field, direction);
    this.#put(chosen);
  }

  #checkDirection(field: MappedField, direction: Direction): void {
    const path = keyOf(field.object, field.name);
    const isSent = direction === 'both' || direction === 'to_salesforce';
    const object = this.#before.map.objects[field.object];
    if (isSent && (object.policy === 'read_only' || !isSendable({ ...field, direction })))
      throw new Problem('field-not-sendable', { field: path });
    if (field.isOptOut && direction !== field.direction) throw new Problem('opt-out-locked', { field: path });
    const comes = direction === 'both' || direction === 'from_salesforce';
    if (!comes && NEEDED_FIELDS[field.object].includes(field.name)) throw new Problem('field-needed', { field: path });
  }

  #join(leadName: string, contactName: string): void {
    const [lead, contact] = [this.#field('Lead', leadName), this.#field('Contact', contactName)];
    this.#requireCustom(lead, contact);
    for (const field of [lead, contact])
      if (this.#partnerOf(field)) throw new Problem('pair-taken', { field: keyOf(field.object, field.name) });
    if (lead.mirrorType !== contact.mirrorType)
      throw new Problem('pair-types-differ', { left: kindWord(lead), right: kindWord(contact) });
    this.#put({ ...contact, column: lead.column, joined: 'by_hand' });
  }

  #break(leadName: string, contactName: string): void {
    const [lead, contact] = [this.#field('Lead', leadName), this.#field('Contact', contactName)];
    if (lead.column !== contact.column)
      throw new Problem('pair-missing', { left: keyOf('Lead', leadName), right: keyOf('Contact', contactName) });
    this.#requireCustom(lead, contact);
    this.#put({ ...contact, column: this.#ownColumn(contact), joined: null });
  }

  /** Pairs of standard fields are what they are (N32, N58). */
  #requireCustom(...fields: readonly MappedField[]): void {
    const standard = fields.find((field) => !field.isCustom);
    if (standard) throw new Problem('pair-standard', { field: keyOf(standard.object, standard.name) });
  }

  #partnerOf(field: MappedField): MappedField | undefined {
    const other = field.object === 'Lead' ? 'Contact' : 'Lead';
    return [...this.#fields.values()].find((each) => each.object === other && each.column === field.column);
  }

  /** A column that nobody uses and that no other kind of value lies in; one that the field had before is free again. */
  #ownColumn(field: MappedField): string {
    const used = [...this.#fields.values()].flatMap((each) =>
      TABLE_OF[each.object] === 'person' && each.column !== null ? [each.column] : [],
    );
    const others = [...this.#before.columns].filter(([, type]) => type !== field.mirrorType).map(([column]) => column);
    return freeColumn(field.name, new Set([...used, ...others]));
  }

  #add(object: SyncObject, name: string): void {
    const found = this.#before.candidates.find((field) => field.object === object && field.name === name);
    if (!found) throw new Problem('field-unknown', { field: keyOf(object, name) });
    const candidate = { ...found, column: this.#columnOfAdded(found) };
    this.#added.set(keyOf(object, name), candidate);
    this.#put(candidate);
  }

  /** A pair's column is its own; any other that exists holds somebody's values already. */
  #columnOfAdded(field: MappedField): string | null {
    if (field.column === null || TABLE_OF[field.object] !== 'person' || this.#partnerOf(field)) return field.column;
    return this.#before.columns.has(field.column)
      ? freeColumn(field.name, new Set(this.#before.columns.keys()))
      : field.column;
  }

  /** MAP2: a column is one field on the screen, whatever it meets; whether something uses it is asked of the finished draft. */
  #hide(object: 'Lead' | 'Contact', name: string, isHidden: boolean): void {
    const field = this.#field(object, name);
    const partner = this.#partnerOf(field);
    for (const each of partner ? [field, partner] : [field]) this.#put({ ...each, isHidden });
  }

  /** A pair is broken first: its partner is of the old type. Values in the shared column of a wide table have no type of their own. */
  #retype(object: SyncObject, name: string): void {
    const field = this.#field(object, name);
    const now = this.#before.candidates.find((each) => each.object === object && each.name === name);
    if (!now || now.mirrorType === field.mirrorType || field.isInMore || field.isInMirrorMore)
      throw new Problem('field-unknown', { field: keyOf(object, name) });
    if (this.#partnerOf(field)) throw new Problem('pair-types-differ', { left: kindWord(now), right: kindWord(field) });
    const { label, type, length, precision, scale, isCreateable, isUpdateable, isCalculated, isNillable, mirrorType } =
      now;
    const facts = {
      label,
      type,
      length,
      precision,
      scale,
      isCreateable,
      isUpdateable,
      isCalculated,
      isNillable,
      mirrorType,
    };
    this.#put({ ...field, ...facts, picklist: now.picklist ?? null });
  }

  /** Errors: `field-in-use`. */
  #checkHidden(fields: readonly MappedField[]): void {
    const used = fields.find(
      (field) =>
        field.isHidden === true &&
        (field.direction !== 'none' ||
          NEEDED_FIELDS[field.object].includes(field.name) ||
          this.#filters.get(field.object)?.conditions.some((condition) => condition.field === field.name)),
    );
    if (used) throw new Problem('field-in-use', { field: keyOf(used.object, used.name) });
  }

  #filter(object: SyncObject, wish: Filter | null): void {
    if (wish === null) this.#filters.delete(object);
    else this.#filters.set(object, planFilter(this.#before.map.objects[object], wish));
  }

  plan(): MapPlan {
    const before = new Map(
      SYNC_OBJECTS.flatMap((object) => this.#before.map.objects[object].fields).map((field) => [
        keyOf(field.object, field.name),
        field,
      ]),
    );
    const fields = [...this.#fields.values()];
    this.#checkHidden(fields);
    const pairs = fields.flatMap((field) => {
      const was = before.get(keyOf(field.object, field.name));
      return was && isOther(was, field) ? [{ was, field }] : [];
    });
    return {
      map: fieldMapOf(this.#before.map.version, fields, Object.fromEntries(this.#filters)),
      changed: pairs.map(({ field }) => field),
      added: [...this.#added.values()].map((field) => ({
        ...field,
        ...this.#fields.get(keyOf(field.object, field.name)),
      })),
      moves: pairs.flatMap(({ was, field }) => moveOf(was, field, fields)),
      retyped: pairs.flatMap(({ was, field }): readonly Retype[] =>
        was.mirrorType === field.mirrorType || field.column === null
          ? []
          : [
              {
                object: field.object,
                name: field.name,
                column: field.column,
                from: was.mirrorType,
                to: field.mirrorType,
              },
            ],
      ),
      withdrawn: pairs.flatMap(({ was, field }) => (isSendable(was) && !isSendable(field) ? [field] : [])),
      comparable: pairs.flatMap(({ was, field }) =>
        was.direction !== field.direction && field.direction !== 'none' ? [field] : [],
      ),
      filtered: SYNC_OBJECTS.filter(
        (object) => !isSameFilter(this.#before.map.objects[object].filter, this.#filters.get(object)),
      ),
    };
  }
}

const isOther = (was: MappedField, is: MappedField): boolean =>
  was.column !== is.column ||
  was.direction !== is.direction ||
  was.policy !== is.policy ||
  was.isWriteOnce !== is.isWriteOnce ||
  (was.isHidden === true) !== (is.isHidden === true) ||
  was.mirrorType !== is.mirrorType ||
  was.joined !== is.joined;

/** Only a contact's field changes its column: a pair lives in the lead's. */
const moveOf = (was: MappedField, is: MappedField, fields: readonly MappedField[]): readonly Move[] => {
  if (was.column === null || is.column === null || was.column === is.column) return [];
  const staysBehind = fields.some((field) => field.object === 'Lead' && field.column === was.column);
  return [{ contact: is.name, from: was.column, to: is.column, mirrorType: is.mirrorType, copies: staysBehind }];
};

/** The kind of value in a word that a person reads. */
const kindWord = ({ mirrorType }: MappedField): string => KINDS[mirrorType] ?? 'Text';
const KINDS: Readonly<Record<string, string>> = {
  boolean: 'Checkbox',
  integer: 'Number',
  bigint: 'Number',
  numeric: 'Number',
  date: 'Date',
  'timestamptz(0)': 'Date/Time',
  time: 'Time',
};
