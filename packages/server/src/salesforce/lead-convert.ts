/** Metadata `LeadConvertSettings`: which fields of a lead go where when it is converted. Kept whole, for what is written replaces all of it. Pure. */
import { xmlText } from './xml.ts';

export interface MappedOnConvert {
  /** Everything of it but the mapping from lead to contact, as it was received. */
  readonly rest: string;
  /** Lead field to contact field. */
  readonly contact: ReadonlyMap<string, string>;
}

const OBJECT_MAPPING = /<(?:\w+:)?objectMapping>([\s\S]*?)<\/(?:\w+:)?objectMapping>/g;
const FIELD_MAPPING = /<(?:\w+:)?mappingFields>([\s\S]*?)<\/(?:\w+:)?mappingFields>/g;

/** From the answer of `readMetadata`; null: it holds no such settings. */
export const readLeadConvert = (answer: string): MappedOnConvert | null => {
  const record = /<(?:\w+:)?records\b[^>]*>([\s\S]*?)<\/(?:\w+:)?records>/.exec(answer)?.[1];
  if (record === undefined) return null;
  const contact = new Map<string, string>();
  const rest = record.replace(OBJECT_MAPPING, (whole, inside: string) => {
    if (elementIn(inside, 'outputObject') !== 'Contact') return whole;
    for (const [, field = ''] of inside.matchAll(FIELD_MAPPING)) {
      const [from, to] = [elementIn(field, 'inputField'), elementIn(field, 'outputField')];
      if (from && to) contact.set(from, to);
    }
    return '';
  });
  return { rest, contact };
};

/** The inside of the element that `upsertMetadata` takes. */
export const leadConvertXml = ({ rest, contact }: MappedOnConvert): string => {
  const fields = [...contact].map(
    ([from, to]) =>
      `<mappingFields><inputField>${xmlText(from)}</inputField><outputField>${xmlText(to)}</outputField></mappingFields>`,
  );
  const own = rest.includes('fullName>') ? rest : `<fullName>LeadConvertSettings</fullName>${rest}`;
  return `${own}<objectMapping><inputObject>Lead</inputObject>${fields.join('')}<outputObject>Contact</outputObject></objectMapping>`;
};

const elementIn = (xml: string, tag: string): string | null =>
  new RegExp(`<(?:\\w+:)?${tag}>([^<]*)</(?:\\w+:)?${tag}>`).exec(xml)?.[1] ?? null;
