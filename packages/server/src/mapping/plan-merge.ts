/** Which columns of people somebody may choose a value for when several become one (ID22). Pure. */
import { companyPlaces } from './compile-company.ts';
import { type FieldMap, isSendable } from './mapping.ts';

export interface ChoosableColumn {
  readonly column: string;
  readonly label: string;
  /** Out for one is out for the one that stays (MRG15). */
  readonly isOptOut: boolean;
}

/** In the order of the map. What a contact shows of its company is the company's, and what lies in `more` is not edited here. */
export const choosableColumns = (map: FieldMap, winner: 'Lead' | 'Contact' | null): readonly ChoosableColumn[] => {
  const ofCompany = new Set(winner === 'Contact' ? companyPlaces(map).map(({ column }) => column) : []);
  const found = new Map<string, ChoosableColumn>();
  for (const object of winner === 'Contact' ? (['Contact', 'Lead'] as const) : (['Lead', 'Contact'] as const)) {
    for (const field of map.objects[object].fields) {
      const { column, label, isOptOut, isInMore, isHidden } = field;
      if (column === null || isInMore || isHidden || !isSendable(field) || ofCompany.has(column)) continue;
      if (!found.has(column)) found.set(column, { column, label, isOptOut });
    }
  }
  return [...found.values()];
};
