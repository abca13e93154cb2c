/** What can be done for the chosen fields, as places (`Lead.Score__c`). Pure. */
import type { FieldPlace, SetupField } from '@syncline/contract/setup-org';

export type Chosen = ReadonlySet<string>;

/** What is needed and recommended is chosen to begin with; the optional rest is a decision. */
export const firstChoice = (fields: readonly SetupField[]): Chosen =>
  new Set(fields.filter(({ tier }) => tier !== 'optional').map(({ apiName }) => apiName));

export const withChoice = (chosen: Chosen, apiName: string, isChosen: boolean): Chosen => {
  const next = new Set(chosen);
  if (isChosen) next.add(apiName);
  else next.delete(apiName);
  return next;
};

const placesWhere = (
  fields: readonly SetupField[],
  chosen: Chosen,
  fits: (place: FieldPlace, field: SetupField) => boolean,
): readonly string[] =>
  fields
    .filter(({ apiName, tier }) => tier === 'needed' || chosen.has(apiName))
    .flatMap((field) => [
      ...(fits(field.lead, field) ? [`Lead.${field.apiName}`] : []),
      ...(fits(field.contact, field) ? [`Contact.${field.apiName}`] : []),
    ]);

export const toCreate = (fields: readonly SetupField[], chosen: Chosen): readonly string[] =>
  placesWhere(fields, chosen, ({ state }) => state === 'missing');

/** Everyone may write it, though only the sync user should. */
export const toRestrict = (fields: readonly SetupField[], chosen: Chosen): readonly string[] =>
  placesWhere(fields, chosen, ({ state }, { edit }) => edit === 'everyone' && state !== 'missing');

/** It is there, and the sync user does not see or write it; the same act lets it. */
export const toGrant = (fields: readonly SetupField[], chosen: Chosen): readonly string[] =>
  placesWhere(
    fields,
    chosen,
    ({ state }, { edit }) => (state === 'hidden' || state === 'read_only') && edit !== 'everyone',
  );

const isThere = ({ state }: FieldPlace): boolean => state === 'found' || state === 'read_only' || state === 'hidden';

/** Lead fields by their own name; both sides must be there. */
export const toMap = (fields: readonly SetupField[], chosen: Chosen): readonly string[] =>
  fields
    .filter(({ apiName, onConvert }) => onConvert === 'not_mapped' && chosen.has(apiName))
    .filter(({ lead, contact }) => isThere(lead) && isThere(contact))
    .map(({ apiName }) => apiName);

export const countOn = (places: readonly string[], object: 'Lead' | 'Contact'): number =>
  places.filter((place) => place.startsWith(`${object}.`)).length;

export const countTiers = (fields: readonly SetupField[]): Readonly<Record<SetupField['tier'], number>> => ({
  needed: fields.filter(({ tier }) => tier === 'needed').length,
  recommended: fields.filter(({ tier }) => tier === 'recommended').length,
  optional: fields.filter(({ tier }) => tier === 'optional').length,
});
