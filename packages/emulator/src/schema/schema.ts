/**
 * The org's schema: objects and fields in the shape describe answers have (A4), so that a recorded describe file, a
 * hand-written standard object and an answer to a client are the same thing.
 *
 * A `Schema` is a registry that finds objects and fields whatever the case they are asked in and answers in canonical
 * case, as Salesforce does. Defining an object again replaces it. The registry knows nothing of users: which fields a
 * user sees is decided by `access`.
 */

type FieldType =
  | 'id'
  | 'string'
  | 'boolean'
  | 'int'
  | 'long'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'time'
  | 'textarea'
  | 'phone'
  | 'url'
  | 'email'
  | 'picklist'
  | 'multipicklist'
  | 'combobox'
  | 'reference'
  | 'encryptedstring'
  | 'base64'
  | 'address'
  | 'location'
  | 'anyType'
  | 'complexvalue';

export interface PicklistValue {
  readonly active: boolean;
  readonly defaultValue: boolean;
  readonly label: string | null;
  readonly validFor: string | null;
  readonly value: string;
}

/** Every attribute a describe answer gives a field (A4). */
export interface FieldDescribe {
  readonly aggregatable: boolean;
  readonly aiPredictionField: boolean;
  readonly autoNumber: boolean;
  /** Three bytes for each character of text. */
  readonly byteLength: number;
  readonly calculated: boolean;
  readonly calculatedFormula: string | null;
  readonly cascadeDelete: boolean;
  readonly caseSensitive: boolean;
  /** The compound field this field is a part of, as `Address` is of `Street`; null for most. */
  readonly compoundFieldName: string | null;
  readonly controllerName: string | null;
  readonly createable: boolean;
  readonly custom: boolean;
  readonly defaultValue: string | number | boolean | null;
  readonly defaultValueFormula: string | null;
  readonly defaultedOnCreate: boolean;
  readonly dependentPicklist: boolean;
  readonly deprecatedAndHidden: boolean;
  /** The most digits an int may have; 0 for other types. */
  readonly digits: number;
  readonly displayLocationInDecimal: boolean;
  readonly encrypted: boolean;
  readonly externalId: boolean;
  readonly extraTypeInfo: string | null;
  readonly filterable: boolean;
  readonly filteredLookupInfo: unknown;
  readonly formulaTreatNullNumberAsZero: boolean;
  readonly groupable: boolean;
  readonly highScaleNumber: boolean;
  readonly htmlFormatted: boolean;
  readonly idLookup: boolean;
  readonly inlineHelpText: string | null;
  readonly label: string;
  /** Characters of text; 0 for types that are no text. */
  readonly length: number;
  readonly mask: string | null;
  readonly maskType: string | null;
  readonly name: string;
  readonly nameField: boolean;
  readonly namePointing: boolean;
  readonly nillable: boolean;
  readonly permissionable: boolean;
  readonly picklistValues: readonly PicklistValue[];
  readonly polymorphicForeignKey: boolean;
  readonly precision: number;
  readonly queryByDistance: boolean;
  readonly referenceTargetField: string | null;
  readonly referenceTo: readonly string[];
  readonly relationshipName: string | null;
  readonly relationshipOrder: number | null;
  readonly restrictedDelete: boolean;
  readonly restrictedPicklist: boolean;
  readonly scale: number;
  readonly searchPrefilterable: boolean;
  readonly soapType: string;
  readonly sortable: boolean;
  readonly type: FieldType;
  readonly unique: boolean;
  readonly updateable: boolean;
  readonly writeRequiresMasterRead: boolean;
}

export interface ChildRelationship {
  readonly cascadeDelete: boolean;
  readonly childSObject: string;
  readonly deprecatedAndHidden: boolean;
  readonly field: string;
  readonly junctionIdListNames: readonly string[];
  readonly junctionReferenceTo: readonly string[];
  readonly relationshipName: string | null;
  readonly restrictedDelete: boolean;
}

interface RecordTypeInfo {
  readonly active: boolean;
  readonly available: boolean;
  readonly defaultRecordTypeMapping: boolean;
  readonly developerName: string;
  readonly master: boolean;
  readonly name: string;
  readonly recordTypeId: string;
  readonly urls: Readonly<Record<string, string>>;
}

/** An object's describe answer without its `urls`, which `rest` writes for the version that was asked (A4). */
export interface ObjectDescribe {
  readonly actionOverrides: readonly unknown[];
  readonly activateable: boolean;
  readonly associateEntityType: string | null;
  readonly associateParentEntity: string | null;
  readonly childRelationships: readonly ChildRelationship[];
  readonly compactLayoutable: boolean;
  readonly createable: boolean;
  readonly custom: boolean;
  readonly customSetting: boolean;
  readonly deepCloneable: boolean;
  readonly defaultImplementation: string | null;
  readonly deletable: boolean;
  readonly deprecatedAndHidden: boolean;
  readonly extendedBy: string | null;
  readonly extendsInterfaces: string | null;
  readonly feedEnabled: boolean;
  readonly fields: readonly FieldDescribe[];
  readonly hasSubtypes: boolean;
  readonly implementedBy: string | null;
  readonly implementsInterfaces: string | null;
  readonly isInterface: boolean;
  readonly isSubtype: boolean;
  /** The first three characters of the object's ids (A11). */
  readonly keyPrefix: string | null;
  readonly label: string;
  readonly labelPlural: string;
  readonly layoutable: boolean;
  readonly listviewable: boolean | null;
  readonly lookupLayoutable: boolean | null;
  readonly mergeable: boolean;
  readonly mruEnabled: boolean;
  readonly name: string;
  readonly namedLayoutInfos: readonly unknown[];
  readonly networkScopeFieldName: string | null;
  readonly queryable: boolean;
  readonly recordTypeInfos: readonly RecordTypeInfo[];
  readonly replicateable: boolean;
  readonly retrieveable: boolean;
  readonly searchLayoutable: boolean;
  readonly searchable: boolean;
  readonly sobjectDescribeOption: string;
  readonly supportedScopes: readonly { readonly label: string; readonly name: string }[];
  readonly triggerable: boolean;
  readonly undeletable: boolean;
  readonly updateable: boolean;
}

/** Types whose values are made of other fields and never stored in a column of their own. */
export function isCompound(field: FieldDescribe): boolean {
  return field.type === 'address' || field.type === 'location';
}

export function isNumeric(field: FieldDescribe): boolean {
  return ['int', 'long', 'double', 'currency', 'percent'].includes(field.type);
}

/** One object of the org with its fields found by name in any case. */
export class SchemaObject {
  readonly describe: ObjectDescribe;
  readonly name: string;
  readonly fields: readonly FieldDescribe[];
  readonly #byName: ReadonlyMap<string, FieldDescribe>;
  readonly #byRelationship: ReadonlyMap<string, FieldDescribe>;

  constructor(describe: ObjectDescribe) {
    this.describe = describe;
    this.name = describe.name;
    this.fields = describe.fields;
    this.#byName = new Map(describe.fields.map((field) => [field.name.toLowerCase(), field]));
    this.#byRelationship = new Map(
      describe.fields.flatMap((field) =>
        field.relationshipName === null ? [] : [[field.relationshipName.toLowerCase(), field]],
      ),
    );
  }

  field(name: string): FieldDescribe | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** The reference field behind a dotted name: `Owner` gives `OwnerId`. */
  relationship(name: string): FieldDescribe | undefined {
    return this.#byRelationship.get(name.toLowerCase());
  }

  /** Fields that have a column: all but the compound ones. */
  get stored(): readonly FieldDescribe[] {
    return this.fields.filter((field) => !isCompound(field));
  }
}

/** Fields that every object has of users and types; no record hangs on another by them. */
const ownReferences = new Set(['OwnerId', 'CreatedById', 'LastModifiedById', 'RecordTypeId']);

/** A reference field and the object it is on. */
export interface Reference {
  readonly object: SchemaObject;
  readonly field: FieldDescribe;
}

export class Schema {
  readonly #objects = new Map<string, SchemaObject>();
  readonly #references = new Map<string, readonly Reference[]>();
  readonly #byPrefix = new Map<string, SchemaObject>();

  define(describe: ObjectDescribe): SchemaObject {
    const object = new SchemaObject(describe);
    this.#objects.set(object.name.toLowerCase(), object);
    this.#forget();
    return object;
  }

  /** Takes an object out; its table stays until it is defined again. */
  remove(name: string): void {
    this.#objects.delete(name.toLowerCase());
    this.#forget();
  }

  #forget(): void {
    this.#references.clear();
    this.#byPrefix.clear();
  }

  /** Stored fields of any object that refer to records of this one, but for owners and stamps. */
  references(name: string): readonly Reference[] {
    const known = this.#references.get(name);
    if (known !== undefined) return known;
    const found = this.objects.flatMap((object) =>
      object.stored
        .filter(
          ({ type, referenceTo, name: own }) =>
            type === 'reference' && referenceTo.includes(name) && !ownReferences.has(own),
        )
        .map((field) => ({ object, field })),
    );
    this.#references.set(name, found);
    return found;
  }

  /**
   * Relationships from an object to its children: those its describe names, and of others' references those that it leaves
   * out, by the plural of the child.
   */
  children(object: SchemaObject): readonly ChildRelationship[] {
    const named = object.describe.childRelationships;
    const taken = new Set(named.map(({ childSObject, field }) => `${childSObject}.${field}`));
    const names = new Set(named.map(({ relationshipName }) => relationshipName?.toLowerCase()));
    const others = this.references(object.name).flatMap(({ object: child, field }): readonly ChildRelationship[] => {
      const plural = field.custom ? null : child.describe.labelPlural.replaceAll(/\W/g, '');
      if (taken.has(`${child.name}.${field.name}`) || field.name === 'MasterRecordId') return [];
      const relationshipName = plural === null || names.has(plural.toLowerCase()) ? null : plural;
      names.add(relationshipName?.toLowerCase());
      return [
        {
          cascadeDelete: field.cascadeDelete,
          childSObject: child.name,
          deprecatedAndHidden: false,
          field: field.name,
          junctionIdListNames: [],
          junctionReferenceTo: [],
          relationshipName,
          restrictedDelete: field.restrictedDelete,
        },
      ];
    });
    return [...named.filter(({ childSObject }) => this.object(childSObject) !== undefined), ...others];
  }

  object(name: string): SchemaObject | undefined {
    return this.#objects.get(name.toLowerCase());
  }

  /** The object whose ids begin with these three characters. */
  byPrefix(prefix: string): SchemaObject | undefined {
    const known = this.#byPrefix.get(prefix);
    if (known !== undefined) return known;
    for (const object of this.#objects.values()) {
      if (object.describe.keyPrefix !== prefix) continue;
      this.#byPrefix.set(prefix, object);
      return object;
    }
    return undefined;
  }

  /** All objects, by name. */
  get objects(): readonly SchemaObject[] {
    return [...this.#objects.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}
