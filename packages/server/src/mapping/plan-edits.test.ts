import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallMap } from '../people/testing/small-map.ts';
import type { MappedField } from './mapping.ts';
import { type MapEdit, planEdits } from './plan-edits.ts';

const custom: Partial<MappedField> = { isCustom: true, direction: 'both', isCreateable: true, isUpdateable: true };
const map = smallMap({
  Lead: [
    ['Tier__c', 'string', 'tier', custom],
    ['Size__c', 'double', 'size', custom],
    ['Region__c', 'string', 'region', custom],
  ],
  Contact: [
    ['Customer_Tier__c', 'string', 'customer_tier', custom],
    ['Region__c', 'string', 'region', { ...custom, joined: 'automatic' }],
  ],
});
const columns = new Map([
  ['tier', 'text'],
  ['customer_tier', 'text'],
  ['size', 'numeric'],
  ['region', 'text'],
]);
const plan = (...edits: readonly MapEdit[]) => planEdits({ map, candidates: [], columns }, edits);

test('[MAP11] a joined contact field shares the lead field and leaves its own column; a pair has two members and no third', () => {
  const joined = plan({ kind: 'join', lead: 'Tier__c', contact: 'Customer_Tier__c' });
  assert.deepEqual(
    joined.changed.map(({ object, name, column, joined: how }) => [object, name, column, how]),
    [['Contact', 'Customer_Tier__c', 'tier', 'by_hand']],
  );
  assert.deepEqual(joined.moves, [
    { contact: 'Customer_Tier__c', from: 'customer_tier', to: 'tier', mirrorType: 'text', copies: false },
  ]);
  assert.throws(() => plan({ kind: 'join', lead: 'Region__c', contact: 'Customer_Tier__c' }), { code: 'pair-taken' });
});

test('[MAP9] a broken pair copies into a column of its own; joined again in the same draft nothing moves', () => {
  const broken: MapEdit = { kind: 'break', lead: 'Region__c', contact: 'Region__c' };
  assert.deepEqual(plan(broken).moves, [
    { contact: 'Region__c', from: 'region', to: 'region_2', mirrorType: 'text', copies: true },
  ]);
  const again = plan(broken, { kind: 'join', lead: 'Region__c', contact: 'Region__c' });
  assert.deepEqual([again.moves, again.withdrawn, again.comparable], [[], [], []]);
});

const REFUSED: readonly (readonly [code: string, edit: MapEdit])[] = [
  ['pair-types-differ', { kind: 'join', lead: 'Size__c', contact: 'Customer_Tier__c' }],
  ['pair-standard', { kind: 'join', lead: 'Rating', contact: 'Department' }],
  ['pair-standard', { kind: 'break', lead: 'Email', contact: 'Email' }],
  ['pair-missing', { kind: 'break', lead: 'Tier__c', contact: 'Customer_Tier__c' }],
  ['field-unknown', { kind: 'join', lead: 'Nothing__c', contact: 'Customer_Tier__c' }],
  ['field-unknown', { kind: 'add', object: 'Lead', name: 'Nothing__c' }],
  ['field-unknown', { kind: 'choose', object: 'Lead', name: 'Id', direction: 'none' }],
  ['opt-out-locked', { kind: 'choose', object: 'Lead', name: 'HasOptedOutOfEmail', policy: 'newest' }],
  ['opt-out-locked', { kind: 'choose', object: 'Lead', name: 'HasOptedOutOfEmail', direction: 'none' }],
  ['field-needed', { kind: 'choose', object: 'Lead', name: 'Email', direction: 'none' }],
  ['field-not-sendable', { kind: 'choose', object: 'Contact', name: 'AccountId', direction: 'both' }],
];
for (const [code, edit] of REFUSED) {
  test(`${JSON.stringify(edit)} is refused: ${code}`, () => {
    assert.throws(() => plan(edit), { code });
  });
}

test('[MAP2] a field is hidden with its partner while nothing uses it, is refused while something does, and shows again when it is used', () => {
  const rest = (object: 'Lead' | 'Contact', name: string): MapEdit => ({
    kind: 'choose',
    object,
    name,
    direction: 'none',
  });
  const hide: MapEdit = { kind: 'hide', object: 'Lead', name: 'Region__c', isHidden: true };
  const hidden = plan(rest('Lead', 'Region__c'), rest('Contact', 'Region__c'), hide);
  assert.deepEqual(
    hidden.changed.map(({ object, name, isHidden, column }) => [object, name, isHidden, column]),
    [
      ['Lead', 'Region__c', true, 'region'],
      ['Contact', 'Region__c', true, 'region'],
    ],
  );
  assert.throws(() => plan(hide), { code: 'field-in-use' });
  assert.throws(() => plan(rest('Lead', 'Region__c'), hide), { code: 'field-in-use' }, 'its partner is in use');
  const asked = { match: 'all', conditions: [{ field: 'Tier__c', operator: 'is', value: 'Gold' }] } as const;
  const hideTier: MapEdit = { kind: 'hide', object: 'Lead', name: 'Tier__c', isHidden: true };
  assert.throws(() => plan(rest('Lead', 'Tier__c'), { kind: 'filter', object: 'Lead', filter: asked }, hideTier), {
    code: 'field-in-use',
  });
  const again = planEdits({ map: hidden.map, candidates: [], columns }, [
    { kind: 'choose', object: 'Lead', name: 'Region__c', direction: 'both' },
    { kind: 'hide', object: 'Contact', name: 'Region__c', isHidden: false },
  ]);
  assert.deepEqual(
    again.changed.map(({ object, isHidden }) => [object, isHidden]),
    [
      ['Lead', false],
      ['Contact', false],
    ],
  );
});

test('[MAP6] a field takes another type by an edit; one of a pair, or of the same type, does not', () => {
  const field = (name: string) => {
    const found = map.objects.Lead.fields.find((each) => each.name === name);
    assert.ok(found);
    return { ...found, position: 9, type: 'double', mirrorType: 'numeric', precision: 10 };
  };
  const candidates = [field('Tier__c'), field('Size__c'), field('Region__c')];
  const retype = (name: string) => planEdits({ map, candidates, columns }, [{ kind: 'retype', object: 'Lead', name }]);
  const { retyped, changed, moves } = retype('Tier__c');
  assert.deepEqual(retyped, [{ object: 'Lead', name: 'Tier__c', column: 'tier', from: 'text', to: 'numeric' }]);
  assert.deepEqual(
    changed.map(({ name, type, mirrorType, direction }) => [name, type, mirrorType, direction]),
    [['Tier__c', 'double', 'numeric', 'both']],
  );
  assert.deepEqual(moves, []);
  assert.throws(() => retype('Size__c'), { code: 'field-unknown' });
  assert.throws(() => retype('Region__c'), { code: 'pair-types-differ' });
});

test('what is not sent any more is withdrawn, what comes or goes otherwise can be compared, a policy alone moves nothing', () => {
  const names = (fields: readonly MappedField[]) => fields.map(({ object, name }) => `${object}.${name}`);
  const changed = plan(
    { kind: 'choose', object: 'Lead', name: 'Phone', direction: 'from_salesforce' },
    { kind: 'choose', object: 'Lead', name: 'Title', direction: 'none' },
    { kind: 'choose', object: 'Contact', name: 'Phone', policy: 'hold' },
  );
  assert.deepEqual(names(changed.changed), ['Lead.Phone', 'Lead.Title', 'Contact.Phone']);
  assert.deepEqual(names(changed.withdrawn), ['Lead.Phone', 'Lead.Title']);
  assert.deepEqual(names(changed.comparable), ['Lead.Phone']);
});
