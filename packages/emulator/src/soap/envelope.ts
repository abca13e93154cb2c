import { SalesforceError } from '../salesforce-error.ts';
import { childOf, type Element, readXml } from '../xml/read.ts';

export interface SoapCall {
  /** `convertLead`. */
  readonly name: string;
  readonly body: Element;
  /** Headers by name, `SessionHeader` among them. */
  readonly header: Readonly<Record<string, Element>>;
}

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
