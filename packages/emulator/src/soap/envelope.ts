/**
 * Reading SOAP requests. XML becomes `Element`s: children in order, text, and the attributes that matter here, since an
 * sObject's fields may come in any order and more than once.
 */
import { XMLParser } from 'fast-xml-parser';
import { SalesforceError } from '../salesforce-error.ts';

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

export interface SoapCall {
  /** `convertLead`. */
  readonly name: string;
  readonly body: Element;
  /** Headers by name, `SessionHeader` among them. */
  readonly header: Readonly<Record<string, Element>>;
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
  htmlEntities: false,
});

type Raw = Readonly<Record<string, unknown>>;

/** The call in a SOAP envelope; a fault if the text is none. */
export function readEnvelope(text: unknown): SoapCall {
  const root = typeof text === 'string' ? readXml(text) : undefined;
  const body = root === undefined ? undefined : childOf(root, 'Body')?.children[0];
  if (root === undefined || body === undefined) {
    throw new SalesforceError(500, 'UNKNOWN_EXCEPTION', 'The request is not a SOAP envelope.');
  }
  const header = childOf(root, 'Header')?.children ?? [];
  return { name: body.name, body, header: Object.fromEntries(header.map((element) => [element.name, element])) };
}

/** The root element of a document; undefined if it is not well formed. */
function readXml(text: string): Element | undefined {
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
