/** Describe answers in the order of the partner WSDL: `name?` is left out where it is null, `name~` is nil. */
import type { Schema, SchemaObject } from '../schema/schema.ts';
import { elements } from '../xml/write.ts';

const globalOrder =
  'activateable createable custom customSetting deepCloneable deletable deprecatedAndHidden feedEnabled hasSubtypes idEnabled isInterface isSubtype keyPrefix~ label labelPlural layoutable mergeable mruEnabled name queryable replicateable retrieveable searchable triggerable undeletable updateable';

const objectOrder =
  'actionOverrides activateable childRelationships compactLayoutable createable custom customSetting deepCloneable defaultImplementation~ deletable deprecatedAndHidden feedEnabled fields hasSubtypes idEnabled implementedBy~ implementsInterfaces~ isInterface isSubtype keyPrefix~ label labelPlural layoutable mergeable mruEnabled name namedLayoutInfos networkScopeFieldName~ queryable recordTypeInfos replicateable retrieveable searchLayoutable searchable supportedScopes triggerable undeletable updateable urlDetail~ urlEdit~ urlNew~';

const fieldOrder =
  'aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula? cascadeDelete? caseSensitive compoundFieldName? controllerName? createable custom defaultValue? defaultValueFormula? defaultedOnCreate dependentPicklist? deprecatedAndHidden digits displayLocationInDecimal? encrypted? externalId? extraTypeInfo? filterable formulaTreatNullNumberAsZero? groupable highScaleNumber? htmlFormatted? idLookup inlineHelpText? label length mask? maskType? name nameField namePointing? nillable permissionable picklistValues polymorphicForeignKey precision queryByDistance referenceTargetField? referenceTo relationshipName? relationshipOrder? restrictedDelete? restrictedPicklist scale searchPrefilterable soapType sortable type unique updateable writeRequiresMasterRead?';

const childOrder =
  'cascadeDelete childSObject deprecatedAndHidden field junctionIdListNames junctionReferenceTo relationshipName? restrictedDelete?';

const picklistOrder = 'active defaultValue label~ validFor? value';
const recordTypeOrder = 'active available defaultRecordTypeMapping developerName master name recordTypeId~';

type Plain = Readonly<Record<string, unknown>>;

/** Members of an object in an order, nulls as the order says. */
function ordered(of: object, order: string): Plain {
  const members = order.split(' ').flatMap((word): readonly (readonly [string, unknown])[] => {
    const name = word.replace(/[?~]$/, '');
    const value = (of as Plain)[name];
    if (value === null || value === undefined) return word.endsWith('~') ? [[name, null]] : [];
    return [[name, value]];
  });
  return Object.fromEntries(members);
}

/** What a describe answer says for a user: the object as they may use it, its fields as they see them. */
export interface Described {
  readonly object: SchemaObject;
  readonly describe: SchemaObject['describe'];
}

export function globalXml(all: readonly Described[]): string {
  const sobjects = all.map(({ describe }) => ordered({ ...describe, idEnabled: true }, globalOrder));
  return elements({ encoding: 'UTF-8', maxBatchSize: 200, sobjects });
}

export function objectXml({ object, describe }: Described, schema: Schema, url: string): string {
  const prefix = describe.keyPrefix ?? '';
  return elements(
    ordered(
      {
        ...describe,
        actionOverrides: [],
        childRelationships: schema.children(object).map((child) => ordered(child, childOrder)),
        fields: describe.fields.map((field) =>
          ordered(
            { ...field, picklistValues: field.picklistValues.map((value) => ordered(value, picklistOrder)) },
            fieldOrder,
          ),
        ),
        idEnabled: true,
        namedLayoutInfos: [],
        recordTypeInfos: describe.recordTypeInfos.map((info) => ordered(info, recordTypeOrder)),
        urlDetail: `${url}/{ID}`,
        urlEdit: `${url}/{ID}/e`,
        urlNew: `${url}/${prefix}/e`,
      },
      objectOrder,
    ),
  );
}
