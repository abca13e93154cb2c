/** What the map says of putting a column of a person back, by what the person is now. Pure. */
import { companyPlaces } from '../mapping/compile-company.ts';
import { type Comparison, comparisonOf } from '../mapping/compile-types.ts';
import { type FieldMap, isSendable, type MappedField } from '../mapping/mapping.ts';

interface UndoField {
  readonly label: string;
  readonly compare: Comparison;
  readonly type: string;
  readonly isInMore: boolean;
  readonly isOptOut: boolean;
  /** The record has the field, so that its edit goes there (MRG19). */
  readonly isSent: boolean;
  /** Why no value of it goes back, whatever it is; null: it may. */
  readonly stays: 'read_only' | 'of_company' | null;
}

/** By the type of the person's record, `None` without one, and by column. */
export type UndoFields = Readonly<Record<'Lead' | 'Contact' | 'None', Readonly<Record<string, UndoField>>>>;

/** Where those of some columns that the map knows lie: in the table of people itself, or in `more` (MAP14). */
export const placesOf = (
  fields: UndoFields,
  columns: readonly string[],
): { readonly stored: readonly string[]; readonly hasMore: boolean } => {
  const isInMore = (column: string): boolean | undefined =>
    (fields.None[column] ?? fields.Lead[column] ?? fields.Contact[column])?.isInMore;
  return {
    stored: columns.filter((column) => isInMore(column) === false),
    hasMore: columns.some((column) => isInMore(column) === true),
  };
};

type ColumnField = MappedField & { readonly column: string };

/**
 * A column goes back where an edit of it is an edit of the person: the record's own field must be one that is sent, and where the record has
 * none, another object's. What a contact shows of its company is the company's, for all its people (MRG20).
 */
export const planUndoFields = (map: FieldMap): UndoFields => {
  const ofCompany = new Set(companyPlaces(map).map(({ column }) => column));
  const lead = columnsOf(map.objects.Lead.fields);
  const contact = columnsOf(map.objects.Contact.fields);
  const all = new Map([...contact, ...lead]);
  const sketch = (type: 'Lead' | 'Contact' | 'None'): Readonly<Record<string, UndoField>> =>
    Object.fromEntries(
      [...all.keys()].flatMap((column): readonly (readonly [string, UndoField])[] => {
        const own = { Lead: lead, Contact: contact, None: new Map<string, ColumnField>() }[type].get(column);
        const any = [own, lead.get(column), contact.get(column)].filter((field) => field !== undefined);
        const [field] = any;
        if (field === undefined) return [];
        const mayEdit = own === undefined ? any.some(isSendable) : isSendable(own);
        const stays = type === 'Contact' && ofCompany.has(column) ? 'of_company' : mayEdit ? null : 'read_only';
        return [[column, { ...factsOf(field), isSent: own !== undefined && stays === null, stays }]];
      }),
    );
  return { Lead: sketch('Lead'), Contact: sketch('Contact'), None: sketch('None') };
};

const columnsOf = (fields: readonly MappedField[]): ReadonlyMap<string, ColumnField> =>
  new Map(
    fields
      .filter((field): field is ColumnField => field.column !== null)
      .map((field): readonly [string, ColumnField] => [field.column, field]),
  );

const factsOf = (field: ColumnField): Omit<UndoField, 'isSent' | 'stays'> => ({
  label: field.label,
  compare: comparisonOf(field),
  type: field.mirrorType,
  isInMore: field.isInMore === true,
  isOptOut: field.isOptOut,
});
