/**
 * What an org's administrators made its records obey, read from its metadata: auto-numbers, validation rules, workflow
 * field updates, assignment rules, duplicate rules, roll-ups. `dml` asks here as it writes; nothing here writes.
 *
 * Rules are compiled once per object and read anew when metadata changes. One that cannot be understood, as a formula
 * beyond the part of the language that is known, does nothing.
 */

import { type Formula, FormulaError, parseFormula } from '../formula/formula.ts';
import type { Component, Components } from '../metadata/components.ts';
import { inner, isSet, list, numberIn, said, type Tree, texts } from '../metadata/tree.ts';
import { type Criteria, readCriteria } from './criteria.ts';

interface AutoNumber {
  readonly field: string;
  /** `A-{0000}`. */
  readonly format: string;
  readonly start: number;
}

interface Validation {
  readonly name: string;
  readonly formula: Formula;
  readonly message: string;
  readonly field: string | undefined;
}

/** Sets fields of a record that is saved, where its rule's condition holds. */
export interface FieldUpdate {
  readonly criteria: Criteria;
  readonly on: 'create' | 'createOrUpdate' | 'createOrChange';
  readonly field: string;
  readonly value:
    | { readonly kind: 'literal'; readonly text: string | null }
    | { readonly kind: 'formula'; readonly formula: Formula };
}

interface Assignment {
  readonly name: string;
  readonly isActive: boolean;
  readonly entries: readonly { readonly criteria: Criteria; readonly to: string; readonly kind: 'User' | 'Queue' }[];
}

interface MatchItem {
  readonly field: string;
  readonly method: string;
  readonly matchesBlanks: boolean;
}

export interface DuplicateRule {
  readonly name: string;
  /** What is done with a new record, and with a changed one, that has duplicates. */
  readonly onInsert: DuplicateAction;
  readonly onUpdate: DuplicateAction;
  readonly message: string;
  readonly matches: readonly { readonly rule: string; readonly object: string; readonly items: readonly MatchItem[] }[];
}

/** `alert` may be overridden by the client, `block` may not. */
export type DuplicateAction = 'none' | 'alert' | 'block';

export interface RollUp {
  readonly parent: string;
  readonly field: string;
  readonly child: string;
  /** The child's reference to its parent. */
  readonly by: string;
  readonly operation: 'count' | 'sum' | 'min' | 'max';
  readonly summed: string | undefined;
  readonly criteria: Criteria;
}

/** Which records a lookup may name. */
interface LookupFilter {
  readonly field: string;
  /** The object it looks at, whose records the criteria are of. */
  readonly target: string;
  readonly criteria: Criteria;
  readonly message: string;
}

export interface Rules {
  autoNumbers(object: string): readonly AutoNumber[];
  validations(object: string): readonly Validation[];
  lookupFilters(object: string): readonly LookupFilter[];
  updates(object: string): readonly FieldUpdate[];
  assignments(object: string): readonly Assignment[];
  duplicates(object: string): readonly DuplicateRule[];
  /** Roll-ups that sum up this object's records. */
  rollUps(child: string): readonly RollUp[];
}

export function makeRules(components: Components): Rules {
  return new OrgRules(components);
}

class OrgRules implements Rules {
  readonly #components: Components;
  readonly #known = new Map<string, unknown>();

  constructor(components: Components) {
    this.#components = components;
    components.onChange(() => this.#known.clear());
  }

  #once<T>(what: string, object: string, read: () => readonly T[]): readonly T[] {
    const key = `${what} ${object}`;
    const known = this.#known.get(key) as readonly T[] | undefined;
    if (known !== undefined) return known;
    const found = read();
    this.#known.set(key, found);
    return found;
  }

  #of(type: string, object: string): readonly Component[] {
    const prefix = `${object.toLowerCase()}.`;
    return this.#components.list(type).filter(({ fullName }) => fullName.toLowerCase().startsWith(prefix));
  }

  autoNumbers(object: string): readonly AutoNumber[] {
    return this.#once('auto', object, () => {
      const fields = this.#of('CustomField', object)
        .filter(({ tree }) => said(tree, 'type') === 'AutoNumber')
        .map(({ fullName, tree }) => autoNumber(fullName.slice(object.length + 1), tree));
      const name = inner(this.#components.find('CustomObject', object)?.tree, 'nameField');
      return said(name, 'type') === 'AutoNumber' ? [...fields, autoNumber('Name', name)] : fields;
    });
  }

  lookupFilters(object: string): readonly LookupFilter[] {
    return this.#once('lookup', object, () =>
      this.#of('CustomField', object).flatMap(({ fullName, tree }) => {
        const filter = inner(tree, 'lookupFilter');
        const target = said(tree, 'referenceTo') ?? '';
        if (filter === undefined || !isSet(filter, 'active') || isSet(filter, 'isOptional')) return [];
        const criteria = readCriteria(target, { ...filter, criteriaItems: list(filter, 'filterItems') });
        if (criteria === undefined) return [];
        const message = said(filter, 'errorMessage') ?? 'Value does not exist or does not match filter criteria.';
        return [{ field: fullName.slice(object.length + 1), target, criteria, message }];
      }),
    );
  }

  validations(object: string): readonly Validation[] {
    return this.#once('validation', object, () =>
      this.#of('ValidationRule', object).flatMap(({ fullName, tree }) => {
        const formula = understood(said(tree, 'errorConditionFormula'));
        if (formula === undefined || !isSet(tree, 'active')) return [];
        const field = said(tree, 'errorDisplayField');
        return [{ name: fullName, formula, message: said(tree, 'errorMessage') ?? '', field }];
      }),
    );
  }

  updates(object: string): readonly FieldUpdate[] {
    return this.#once('update', object, () => {
      const workflow = this.#components.find('Workflow', object)?.tree;
      const updates = new Map(list(workflow, 'fieldUpdates').map((update) => [said(update, 'fullName') ?? '', update]));
      return list(workflow, 'rules')
        .filter((rule) => isSet(rule, 'active'))
        .flatMap((rule) =>
          list(rule, 'actions')
            .filter((action) => said(action, 'type') === 'FieldUpdate')
            .flatMap((action) => fieldUpdate(object, rule, updates.get(said(action, 'name') ?? ''))),
        );
    });
  }

  assignments(object: string): readonly Assignment[] {
    return this.#once('assignment', object, () => {
      const tree = this.#components.find('AssignmentRules', object)?.tree;
      return list(tree, 'assignmentRule').map((rule) => ({
        name: said(rule, 'fullName') ?? '',
        isActive: isSet(rule, 'active'),
        entries: list(rule, 'ruleEntry').flatMap((entry) => {
          const to = said(entry, 'assignedTo');
          const kind = said(entry, 'assignedToType') === 'Queue' ? ('Queue' as const) : ('User' as const);
          const criteria = readCriteria(object, entry);
          return to === undefined || criteria === undefined ? [] : [{ criteria, to, kind }];
        }),
      }));
    });
  }

  duplicates(object: string): readonly DuplicateRule[] {
    return this.#once('duplicate', object, () =>
      this.#of('DuplicateRule', object)
        .filter(({ tree }) => isSet(tree, 'isActive'))
        .map(({ fullName, tree }) => ({
          name: fullName.slice(object.length + 1),
          onInsert: actionOf(tree, 'Insert'),
          onUpdate: actionOf(tree, 'Update'),
          message: said(tree, 'alertText') ?? 'Use one of these records?',
          matches: list(tree, 'duplicateRuleMatchRules').map((match) =>
            this.#matching(said(match, 'matchRuleSObjectType') ?? object, said(match, 'matchingRule') ?? ''),
          ),
        })),
    );
  }

  #matching(object: string, rule: string): DuplicateRule['matches'][number] {
    const rules = list(this.#components.find('MatchingRules', object)?.tree, 'matchingRules');
    const found = rules.find((one) => said(one, 'fullName')?.toLowerCase() === rule.toLowerCase());
    const items = list(found, 'matchingRuleItems').map((item) => ({
      field: said(item, 'fieldName') ?? '',
      method: said(item, 'matchingMethod') ?? 'Exact',
      matchesBlanks: said(item, 'blankValueBehavior') === 'MatchBlanks',
    }));
    return { rule, object, items };
  }

  rollUps(child: string): readonly RollUp[] {
    return this.#once('rollUp', child, () =>
      this.#components.list('CustomField').flatMap(({ fullName, tree }) => {
        const [summarizing = '', by = ''] = (said(tree, 'summaryForeignKey') ?? '').split('.');
        if (said(tree, 'type') !== 'Summary' || summarizing.toLowerCase() !== child.toLowerCase()) return [];
        const [parent = '', field = ''] = fullName.split('.');
        const operation = said(tree, 'summaryOperation') ?? 'count';
        const criteria = readCriteria(child, { criteriaItems: list(tree, 'summaryFilterItems') });
        if (criteria === undefined || !isOperation(operation)) return [];
        return [
          { parent, field, child, by, operation, summed: said(tree, 'summarizedField')?.split('.')[1], criteria },
        ];
      }),
    );
  }
}

function isOperation(text: string): text is RollUp['operation'] {
  return ['count', 'sum', 'min', 'max'].includes(text);
}

function autoNumber(field: string, tree: Tree | undefined): AutoNumber {
  return { field, format: said(tree, 'displayFormat') ?? '{0}', start: numberIn(tree, 'startingNumber') ?? 1 };
}

/** A formula, or undefined for none and for one beyond what is known here. */
function understood(text: string | undefined): Formula | undefined {
  if (text === undefined) return undefined;
  try {
    return parseFormula(text);
  } catch (error) {
    if (error instanceof FormulaError) return undefined;
    throw error;
  }
}

const triggers: Readonly<Record<string, FieldUpdate['on']>> = {
  onCreateOnly: 'create',
  onAllChanges: 'createOrUpdate',
  onCreateOrTriggeringUpdate: 'createOrChange',
};

function fieldUpdate(object: string, rule: Tree, update: Tree | undefined): readonly FieldUpdate[] {
  const criteria = readCriteria(object, rule);
  const field = said(update, 'field');
  if (update === undefined || criteria === undefined || field === undefined) return [];
  const on = triggers[said(rule, 'triggerType') ?? ''] ?? 'createOrUpdate';
  const formula = understood(said(update, 'formula'));
  if (said(update, 'operation') === 'Formula') {
    return formula === undefined ? [] : [{ criteria, on, field, value: { kind: 'formula', formula } }];
  }
  const text =
    said(update, 'operation') === 'Null' ? null : (said(update, 'literalValue') ?? said(update, 'lookupValue') ?? null);
  return [{ criteria, on, field, value: { kind: 'literal', text } }];
}

function actionOf(tree: Tree, when: 'Insert' | 'Update'): DuplicateAction {
  if (said(tree, `actionOn${when}`) === 'Block') return 'block';
  return texts(tree, `operationsOn${when}`).includes('Alert') ? 'alert' : 'none';
}
