/**
 * Reading XML: it becomes `Element`s, children in order, text, and the attributes that matter here, since the members of
 * an sObject or of metadata may come in any order and more than once.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';

export interface Element {
  /** Without its prefix. */
  readonly name: string;
  readonly children: readonly Element[];
  readonly text: string;
  /** `xsi:nil="true"`. */
  readonly isNil: boolean;
  /** The local name in `xsi:type`; undefined where there is none. */
  readonly type: string | undefined;
}

const parser = new XMLParser({
  preserveOrder: true,
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: true,
  // Numeric references, too.
  htmlEntities: true,
});

type Raw = Readonly<Record<string, unknown>>;

/** The root element of a document; undefined if it is not well formed. */
export function readXml(text: string): Element | undefined {
  if (XMLValidator.validate(text) !== true) return undefined;
  try {
    return elementsOf(parser.parse(text) as readonly Raw[]).find(({ name }) => !name.startsWith('?'));
  } catch {
    // Not well formed: whoever asked says so in their own words.
    return undefined;
  }
}

function elementsOf(raw: readonly Raw[]): readonly Element[] {
  return raw.flatMap((one) => {
    const name = Object.keys(one).find((key) => key !== ':@' && key !== '#text');
    if (name === undefined) return [];
    const children = one[name] as readonly Raw[];
    const attributes = (one[':@'] ?? {}) as Readonly<Record<string, string>>;
    return [
      {
        name,
        children: elementsOf(children),
        text: children.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join(''),
        isNil: attributes['nil'] === 'true' || attributes['nil'] === '1',
        type: attributes['type']?.split(':').at(-1),
      },
    ];
  });
}

export function childOf(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((child) => child.name === name);
}

export function childrenOf(element: Element | undefined, name: string): readonly Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text of a child; undefined where it is absent or nil. */
export function textIn(element: Element | undefined, name: string): string | undefined {
  const child = childOf(element, name);
  return child === undefined || child.isNil ? undefined : child.text.trim();
}

/** Texts of all children of one name, nil ones left out. */
export function textsIn(element: Element | undefined, name: string): readonly string[] {
  return childrenOf(element, name).flatMap((child) => (child.isNil ? [] : [child.text.trim()]));
}

export function isTrue(element: Element | undefined, name: string): boolean {
  const text = textIn(element, name);
  return text === 'true' || text === '1';
}
