/**
 * From what an org says of its objects to the fields we could have: the list of Sync Fields. Pure.
 *
 * Lead and Contact meet in one table. Their fields share a column when N58 pairs them, when both are standard and have one name
 * and one Postgres type, or when both are custom and have one name and one Salesforce type (MAP8). Any other pair of one name
 * stays apart and is listed.
 */
import { BASE_COLUMNS, freeColumn } from './column-names.ts';
import { columnTypeOf } from './compile-types.ts';
import {
  LEAD_TWIN_OF_CONTACT_FIELD,
  MIRRORED_ONLY,
  NEEDED_FIELDS,
  NOT_SYNCED_NAMES,
  OPT_OUT_FIELDS,
} from './field-lists.ts';
import {
  DEFAULT_POLICY,
  type Direction,
  type MappedField,
  SYNC_OBJECTS,
  type SyncObject,
  TABLE_OF,
} from './mapping.ts';

/** The slice of a field's describe that the plan reads. */
export interface DescribedField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly digits: number;
  readonly custom: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly calculated: boolean;
  readonly autoNumber: boolean;
  readonly nillable: boolean;
  /** Of picklists: no value is taken but these. */
  readonly restrictedPicklist?: boolean;
  readonly picklistValues?: readonly { readonly value: string; readonly active: boolean }[];
}
export interface DescribedObject {
  readonly name: string;
  readonly createable?: boolean;
  readonly updateable?: boolean;
  readonly fields: readonly DescribedField[];
}

/** A field we could have, as it will stand in `sync.field` if it is kept. */
export interface CandidateField extends MappedField {
  /** Its place in the object's describe. */
  readonly position: number;
  /** It cannot be dropped: the sync needs it (N29), or it is how records are known. */
  readonly isNeeded: boolean;
}

export interface FieldPlan {
  readonly fields: readonly CandidateField[];
  /** Custom fields of one name on Lead and Contact that stay apart because their types differ (MAP8). */
  readonly apart: readonly { readonly name: string; readonly leadType: string; readonly contactType: string }[];
  /** Needed fields that the sync user does not see, `Lead.Email`. */
  readonly missing: readonly string[];
}

/** `known`: rows of `sync.field`; their columns are kept, new fields are added beside them. */
export const planFields = (describes: readonly DescribedObject[], known: readonly MappedField[] = []): FieldPlan => {
  const described = SYNC_OBJECTS.flatMap((object) =>
    describes.filter((describe) => describe.name === object).map((describe) => ({ object, describe })),
  );
  const columns = new ColumnChooser(known);
  const fields: CandidateField[] = [];
  for (const { object, describe } of described) {
    for (const [position, field] of describe.fields.entries()) {
      const candidate = candidateOf(object, field, position, columns, fields);
      if (candidate) fields.push(candidate);
    }
  }
  return { fields, apart: apartFields(fields), missing: missingFields(fields) };
};

/** What a picklist offers, in its order; null: it is none, or nothing was said of its values. */
export const activeValues = ({ type, picklistValues }: DescribedField): readonly string[] | null =>
  PICKLISTS.has(type) && picklistValues !== undefined
    ? picklistValues.flatMap(({ value, active }) => (active ? [value] : []))
    : null;
const PICKLISTS: ReadonlySet<string> = new Set(['picklist', 'multipicklist', 'combobox']);

const candidateOf = (
  object: SyncObject,
  field: DescribedField,
  position: number,
  columns: ColumnChooser,
  before: readonly CandidateField[],
): CandidateField | null => {
  const mirrorType = columnTypeOf(field);
  if (mirrorType === null || NOT_SYNCED_NAMES.has(field.name)) return null;
  const values = activeValues(field);
  const isMirroredOnly = MIRRORED_ONLY.has(field.name);
  const twin = isMirroredOnly ? null : twinOf(object, field, mirrorType, before);
  return {
    object,
    name: field.name,
    position,
    label: field.label,
    type: field.type,
    length: field.length,
    precision: field.precision,
    scale: field.scale,
    isCustom: field.custom,
    isCreateable: field.createable,
    isUpdateable: field.updateable,
    isCalculated: field.calculated || field.autoNumber,
    isNillable: field.nillable,
    ...(values === null ? {} : { picklist: values }),
    mirrorType,
    column: isMirroredOnly ? null : columns.choose(object, field.name, twin),
    direction: isMirroredOnly ? 'none' : directionOf(object, field),
    policy: null,
    isOptOut: OPT_OUT_FIELDS.has(field.name),
    isWriteOnce: false,
    joined: twin ? (field.custom ? 'automatic' : 'standard') : null,
    isNeeded: NEEDED_FIELDS[object].includes(field.name),
  };
};

/** Only what an update may write goes out (MAP12); objects with policy `read_only` send nothing (N61 to N64). */
const directionOf = (object: SyncObject, field: DescribedField): Direction =>
  DEFAULT_POLICY[object] !== 'read_only' &&
  field.createable &&
  field.updateable &&
  !field.calculated &&
  !field.autoNumber
    ? 'both'
    : 'from_salesforce';

/** The lead's field that a contact's field meets, if any. */
const twinOf = (
  object: SyncObject,
  field: DescribedField,
  mirrorType: string,
  before: readonly CandidateField[],
): CandidateField | null => {
  if (object !== 'Contact') return null;
  const paired = LEAD_TWIN_OF_CONTACT_FIELD[field.name];
  const twin = before.find(
    (other) => other.object === 'Lead' && other.column !== null && other.name === (paired ?? field.name),
  );
  if (!twin || twin.isCustom !== field.custom) return null;
  const fits = field.custom
    ? twin.type === field.type && twin.mirrorType === mirrorType
    : twin.mirrorType === mirrorType;
  return fits ? twin : null;
};

class ColumnChooser {
  readonly #known: ReadonlyMap<string, string | null>;
  readonly #taken: Map<string, Set<string>> = new Map();

  constructor(known: readonly MappedField[]) {
    this.#known = new Map(known.map((field) => [`${field.object}.${field.name}`, field.column]));
    for (const field of known) if (field.column !== null) this.#takenIn(field.object).add(field.column);
  }

  choose(object: SyncObject, name: string, twin: CandidateField | null): string | null {
    const known = this.#known.get(`${object}.${name}`);
    if (known !== undefined) return known;
    if (twin?.column) return twin.column;
    const taken = this.#takenIn(object);
    const column = freeColumn(name, taken);
    taken.add(column);
    return column;
  }

  #takenIn(object: SyncObject): Set<string> {
    const table = TABLE_OF[object];
    const taken = this.#taken.get(table) ?? new Set<string>(BASE_COLUMNS);
    this.#taken.set(table, taken);
    return taken;
  }
}

/** MAP8: of one name and not of one type. A pair that somebody broke is of one type, and no surprise. */
export const apartFields = (fields: readonly MappedField[]): FieldPlan['apart'] =>
  fields.flatMap((contact) => {
    if (contact.object !== 'Contact' || !contact.isCustom || contact.joined) return [];
    const lead = fields.find((field) => field.object === 'Lead' && field.name === contact.name);
    const isAlike = lead?.type === contact.type && lead.mirrorType === contact.mirrorType;
    return lead?.column && contact.column && !isAlike
      ? [{ name: contact.name, leadType: lead.type, contactType: contact.type }]
      : [];
  });

/** `User.AccountId` exists only in orgs with communities, `MasterRecordId` only on objects that merge: absent is not hidden. */
const MAY_BE_ABSENT: ReadonlySet<string> = new Set([
  'User.AccountId',
  'User.ManagerId',
  'Account.ParentId',
  'Opportunity.IsPrivate',
  'Opportunity.CampaignId',
]);

const missingFields = (fields: readonly CandidateField[]): readonly string[] => {
  const seen = new Set(fields.map((field) => `${field.object}.${field.name}`));
  return SYNC_OBJECTS.flatMap((object) => NEEDED_FIELDS[object].map((name) => `${object}.${name}`)).filter(
    (path) => !seen.has(path) && !MAY_BE_ABSENT.has(path),
  );
};
