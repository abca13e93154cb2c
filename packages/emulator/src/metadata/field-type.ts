/** Custom fields: from what metadata says of one to the describe that follows of it (A4, A17). */
import { FormulaError, parseFormula } from '../formula/formula.ts';
import type { FieldDescribe, PicklistValue, Schema } from '../schema/schema.ts';
import * as build from '../schema/standard/build.ts';
import { inner, isSet, list, numberIn, said, type Tree } from './tree.ts';

/** Why metadata is not what it must be. */
export class MetadataFault extends Error {
  readonly statusCode: string;

  constructor(statusCode: string, message: string) {
    super(message);
    this.name = 'MetadataFault';
    this.statusCode = statusCode;
  }
}

export interface FieldParts {
  readonly schema: Schema;
  /** Values of a global value set by its name; undefined if there is none. */
  valueSet(name: string): readonly Tree[] | undefined;
  /** Whether parents must exist: not when a folder is loaded, whose other objects may come later or never. */
  readonly strict: boolean;
}

type Make = (
  name: string,
  label: string,
  tree: Tree,
  by: build.FieldChanges,
  parts: FieldParts,
) => readonly FieldDescribe[];

const one =
  (make: (name: string, label: string, tree: Tree, by: build.FieldChanges, parts: FieldParts) => FieldDescribe): Make =>
  (...given) => [make(...given)];

function length(tree: Tree, type: string, otherwise?: number): number {
  const given = numberIn(tree, 'length') ?? otherwise;
  if (given !== undefined) return given;
  throw new MetadataFault('FIELD_INTEGRITY_EXCEPTION', `Must specify 'length' for a CustomField of type ${type}`);
}

function digits(tree: Tree, type: string): { precision: number; scale: number } {
  const [precision, scale] = [numberIn(tree, 'precision'), numberIn(tree, 'scale')];
  if (precision !== undefined && scale !== undefined) return { precision, scale };
  const missing = precision === undefined ? 'precision' : 'scale';
  throw new MetadataFault('FIELD_INTEGRITY_EXCEPTION', `Must specify '${missing}' for a CustomField of type ${type}`);
}

const number = (type: 'double' | 'currency' | 'percent', called: string): Make =>
  one((name, label, tree, by) => {
    const { precision, scale } = digits(tree, called);
    return build.numeric(name, label, type, precision, scale, by);
  });

/** Values of a picklist: its own, those of the global set it names, or those of the form before API 38.0. */
function picklistValues(tree: Tree, parts: FieldParts): readonly PicklistValue[] {
  const set = inner(tree, 'valueSet');
  const named = said(set, 'valueSetName');
  const own = list(inner(set, 'valueSetDefinition') ?? inner(tree, 'picklist'), 'value');
  const older = list(inner(tree, 'picklist'), 'picklistValues');
  const given = named === undefined ? [...own, ...older] : (parts.valueSet(named) ?? []);
  if (named !== undefined && parts.strict && parts.valueSet(named) === undefined) {
    throw new MetadataFault('INVALID_CROSS_REFERENCE_KEY', `There is no global value set ${named}`);
  }
  return given.map(picklistValueOf);
}

export function picklistValueOf(value: Tree): PicklistValue {
  const text = said(value, 'fullName') ?? said(value, 'valueName') ?? said(value, 'label') ?? '';
  return {
    active: said(value, 'isActive')?.toLowerCase() !== 'false',
    defaultValue: isSet(value, 'default'),
    label: said(value, 'label') ?? text,
    validFor: null,
    value: text,
  };
}

function isRestricted(tree: Tree): boolean {
  const set = inner(tree, 'valueSet');
  return isSet(set, 'restricted') || said(set, 'valueSetName') !== undefined || isSet(tree, 'restricted');
}

function relationship(name: string, tree: Tree): string {
  return name.endsWith('__c') ? name.replace(/__c$/, '__r') : (said(tree, 'relationshipName') ?? name);
}

function parentOf(tree: Tree, parts: FieldParts): string {
  const parent = said(tree, 'referenceTo') ?? '';
  if (parts.strict && parts.schema.object(parent) === undefined) {
    const message = `referenceTo value of '${parent}' does not resolve to a valid sObject type`;
    throw new MetadataFault('INVALID_CROSS_REFERENCE_KEY', message);
  }
  return parts.schema.object(parent)?.name ?? parent;
}

const lookup: Make = one((name, label, tree, by, parts) => {
  const constraint = said(tree, 'deleteConstraint');
  return build.reference(name, label, [parentOf(tree, parts)], relationship(name, tree), {
    ...by,
    cascadeDelete: constraint === 'Cascade',
    restrictedDelete: constraint === 'Restrict',
  });
});

const masterDetail: Make = one((name, label, tree, by, parts) =>
  build.reference(name, label, [parentOf(tree, parts)], relationship(name, tree), {
    ...by,
    cascadeDelete: true,
    nillable: false,
    permissionable: false,
    updateable: isSet(tree, 'reparentableMasterDetail'),
    relationshipOrder: numberIn(tree, 'relationshipOrder') ?? 0,
    writeRequiresMasterRead: isSet(tree, 'writeRequiresMasterRead'),
  }),
);

const location: Make = (name, label, tree, by) => {
  const stem = name.replace(/__c$/, '');
  const scale = numberIn(tree, 'scale') ?? 15;
  const part = { ...by, compoundFieldName: name, custom: true };
  const whole = { ...build.fieldDefaults, ...by, name, label, custom: true, soapType: 'urn:location' };
  return [
    build.numeric(`${stem}__Latitude__s`, `${label} (Latitude)`, 'double', scale + 3, scale, part),
    build.numeric(`${stem}__Longitude__s`, `${label} (Longitude)`, 'double', scale + 3, scale, part),
    {
      ...whole,
      type: 'location',
      createable: false,
      updateable: false,
      aggregatable: false,
      groupable: false,
      sortable: false,
      queryByDistance: true,
      displayLocationInDecimal: isSet(tree, 'displayLocationInDecimal'),
    },
  ];
};

const masks: Readonly<Record<string, string>> = { asterisk: 'asterisk', X: 'X' };

const encrypted: Make = one((name, label, tree, by) =>
  build.text(name, label, length(tree, 'EncryptedText'), {
    ...by,
    type: 'encryptedstring',
    encrypted: true,
    mask: masks[said(tree, 'maskChar') ?? 'asterisk'] ?? 'asterisk',
    maskType: said(tree, 'maskType') ?? 'all',
    aggregatable: false,
    filterable: false,
    groupable: false,
    sortable: false,
  }),
);

const computed: build.FieldChanges = { calculated: true, createable: false, updateable: false, nillable: true };

/** A roll-up: a count is a number, other operations have the type of what they sum up. */
const summary: Make = one((name, label, tree, by, parts) => {
  const [child = '', field = ''] = (said(tree, 'summarizedField') ?? '').split('.');
  const summed = parts.schema.object(child)?.field(field);
  const changes = { ...by, ...computed };
  if (said(tree, 'summaryOperation') === 'count' || summed === undefined) {
    return build.numeric(name, label, 'double', 18, 0, changes);
  }
  if (summed.type === 'date') return build.date(name, label, changes);
  if (summed.type === 'datetime') return build.datetime(name, label, changes);
  const type = summed.type === 'currency' || summed.type === 'percent' ? summed.type : 'double';
  return build.numeric(name, label, type, 18, summed.scale, changes);
});

const makers: Readonly<Record<string, Make>> = {
  Text: one((name, label, tree, by) => build.text(name, label, length(tree, 'Text'), by)),
  TextArea: one((name, label, _, by) => build.textarea(name, label, 255, by)),
  LongTextArea: one((name, label, tree, by) => build.textarea(name, label, length(tree, 'LongTextArea', 32_768), by)),
  Html: one((name, label, tree, by) =>
    build.textarea(name, label, length(tree, 'Html', 32_768), {
      ...by,
      htmlFormatted: true,
      extraTypeInfo: 'richtextarea',
    }),
  ),
  EncryptedText: encrypted,
  Number: number('double', 'Number'),
  Currency: number('currency', 'Currency'),
  Percent: number('percent', 'Percent'),
  Checkbox: one((name, label, tree, by) =>
    build.checkbox(name, label, { ...by, defaultValueFormula: null, defaultValue: isSet(tree, 'defaultValue') }),
  ),
  Date: one((name, label, _, by) => build.date(name, label, by)),
  DateTime: one((name, label, _, by) => build.datetime(name, label, by)),
  Time: one((name, label, _, by) => build.time(name, label, by)),
  Phone: one((name, label, _, by) => build.phone(name, label, by)),
  Email: one((name, label, _, by) => build.email(name, label, by)),
  Url: one((name, label, _, by) => build.url(name, label, by)),
  Picklist: one((name, label, tree, by, parts) =>
    build.picklist(name, label, picklistValues(tree, parts), { ...by, restrictedPicklist: isRestricted(tree) }),
  ),
  MultiselectPicklist: one((name, label, tree, by, parts) =>
    build.multipicklist(name, label, picklistValues(tree, parts), {
      ...by,
      restrictedPicklist: isRestricted(tree),
      precision: numberIn(tree, 'visibleLines') ?? 4,
    }),
  ),
  Lookup: lookup,
  Hierarchy: lookup,
  MasterDetail: masterDetail,
  Location: location,
  Summary: summary,
  AutoNumber: one((name, label, _, by) =>
    build.text(name, label, 30, {
      ...by,
      autoNumber: true,
      createable: false,
      updateable: false,
      nillable: false,
      defaultedOnCreate: true,
    }),
  ),
};

/** Formula fields have the type of their result; texts take as much as a formula may give. */
const formulaLengths: Readonly<Record<string, string>> = { Text: '1300' };

/**
 * The fields that a CustomField makes: one, or for a location its two parts and the whole. Throws `MetadataFault` with
 * what is wrong.
 */
export function fieldsOf(name: string, tree: Tree, parts: FieldParts): readonly FieldDescribe[] {
  const type = said(tree, 'type');
  const make = makers[type ?? ''];
  if (type === undefined) throw new MetadataFault('REQUIRED_FIELD_MISSING', 'Required field is missing: type');
  if (make === undefined) throw new MetadataFault('INVALID_TYPE', `${type} is not a type of field that this org knows`);
  const label = said(tree, 'label') ?? (parts.strict ? undefined : name);
  if (label === undefined) throw new MetadataFault('REQUIRED_FIELD_MISSING', 'Required field is missing: label');
  const formula = said(tree, 'formula');
  const text = formulaLengths[type];
  const given = formula !== undefined && text !== undefined ? { length: text, ...tree } : tree;
  return make(
    name,
    label,
    given,
    formula === undefined ? changesOf(tree) : formulaChanges(tree, formula, parts),
    parts,
  );
}

function changesOf(tree: Tree): build.FieldChanges {
  const required = isSet(tree, 'required');
  const externalId = isSet(tree, 'externalId');
  const defaultValueFormula = said(tree, 'defaultValue') ?? null;
  return {
    externalId,
    idLookup: externalId,
    unique: isSet(tree, 'unique'),
    caseSensitive: isSet(tree, 'caseSensitive'),
    inlineHelpText: said(tree, 'inlineHelpText') ?? null,
    defaultValueFormula,
    ...(defaultValueFormula === null ? {} : { defaultedOnCreate: true }),
    ...(required ? build.required : {}),
  };
}

function formulaChanges(tree: Tree, formula: string, parts: FieldParts): build.FieldChanges {
  if (parts.strict) checkFormula(formula);
  return {
    ...computed,
    calculatedFormula: formula,
    formulaTreatNullNumberAsZero: said(tree, 'formulaTreatBlanksAs') !== 'BlankAsBlank',
    inlineHelpText: said(tree, 'inlineHelpText') ?? null,
  };
}

/** Throws if a text is no formula. */
export function checkFormula(formula: string): void {
  try {
    parseFormula(formula);
  } catch (error) {
    if (error instanceof FormulaError) throw new MetadataFault('FIELD_INTEGRITY_EXCEPTION', `Error: ${error.message}`);
    throw error;
  }
}
