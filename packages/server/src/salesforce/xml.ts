/** The little XML that a SOAP login needs: text into an element, and the text of the first element of a name. */

export const xmlText = (text: string): string => text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);

/** The text of the first `<tag>` or `<prefix:tag>` without children, its entities read; null: there is none. */
export const textOfXml = (xml: string, tag: string): string | null => {
  const found = new RegExp(`<(?:\\w+:)?${tag}(?:\\s[^>]*)?>([^<]*)</(?:\\w+:)?${tag}>`).exec(xml)?.[1];
  return found === undefined
    ? null
    : found.replace(/&(#x?[0-9a-f]+|amp|lt|gt|quot|apos);/gi, (entity, name: string) => readEntity(entity, name));
};

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const readEntity = (entity: string, name: string): string => {
  if (!name.startsWith('#')) return NAMED[name.toLowerCase()] ?? entity;
  const hex = /^#x/i.test(name);
  return String.fromCodePoint(Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10));
};
