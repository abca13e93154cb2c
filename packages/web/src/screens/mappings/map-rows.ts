/** The map as the screen shows it; pure. */
import type { FieldMapRow } from '@syncline/contract/setup';

export type MapTable = FieldMapRow['table'];
export type MapDirection = FieldMapRow['direction'];

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
