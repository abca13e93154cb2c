/** The map as the screen shows it; pure. */
import type { MapEdit } from '@syncline/contract/mappings';
import type { FieldMapRow } from '@syncline/contract/setup';

export type MapTable = FieldMapRow['table'];
export type MapDirection = FieldMapRow['direction'];
export type OwnPolicy = NonNullable<FieldMapRow['ownPolicy']>;

export interface MapFilter {
  readonly table: MapTable;
  readonly direction: MapDirection | 'all';
  readonly text: string;
}

export const matchingMaps = (maps: readonly FieldMapRow[], filter: MapFilter): readonly FieldMapRow[] => {
  const text = filter.text.trim().toLowerCase();
  const says = (word: string | undefined): boolean => (word ?? '').toLowerCase().includes(text);
  return maps.filter(
    (map) =>
      map.table === filter.table &&
      (filter.direction === 'all' || map.direction === filter.direction) &&
      (text === '' || says(map.label) || says(map.ourColumn) || Object.values(map.names).some(says)),
  );
};

/** The one Salesforce object of a table that is not `person`. */
export const OBJECT_OF_TABLE = {
  company: 'Account',
  opportunity: 'Opportunity',
  opportunity_role: 'OpportunityContactRole',
  owner: 'User',
} as const satisfies Record<Exclude<MapTable, 'person'>, string>;

/** Every Salesforce field of a row is chosen alike: the screen has one select for both. */
export const choiceOf = (
  map: FieldMapRow,
  choice: { readonly direction: MapDirection } | { readonly policy: OwnPolicy | null },
): readonly MapEdit[] =>
  Object.entries(map.names).map(([object, name]) => ({
    kind: 'choose',
    object: object as keyof FieldMapRow['names'],
    name,
    ...choice,
  }));

/** What a direction may become; a field that Salesforce does not let be written only comes, or rests. */
export const directionsOf = (map: FieldMapRow): readonly MapDirection[] =>
  map.canBeSent ? ['both', 'to_salesforce', 'from_salesforce', 'none'] : ['from_salesforce', 'none'];

/** A pair that somebody may break: custom fields of lead and contact in one column. */
export const isBreakable = (map: FieldMapRow): boolean =>
  map.isCustom && map.names.Lead !== undefined && map.names.Contact !== undefined;

/** A custom field of a lead or of a contact that has no partner on the other. */
export interface LoneField {
  readonly name: string;
  readonly label: string;
  readonly columnType: string;
}

export const loneFields = (maps: readonly FieldMapRow[], object: 'Lead' | 'Contact'): readonly LoneField[] => {
  const other = object === 'Lead' ? 'Contact' : 'Lead';
  return maps.flatMap((map) => {
    const name = map.names[object];
    return map.table === 'person' && map.isCustom && name !== undefined && map.names[other] === undefined
      ? [{ name, label: map.label, columnType: map.columnType }]
      : [];
  });
};
