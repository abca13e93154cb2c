/** Writing XML: text in, text out, everything escaped where it meets an element. */

type Value = string | number | boolean | null | undefined;

// oxlint-disable-next-line no-control-regex
const unholdable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

function escaped(text: string): string {
  // Characters that XML 1.0 cannot hold are left out, as Salesforce does.
  return text.replace(unholdable, '').replace(/[<>&"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** `<name>value</name>`; null is nil, and undefined no element at all. */
export function element(name: string, value: Value): string {
  if (value === undefined) return '';
  return value === null ? `<${name} xsi:nil="true"/>` : `<${name}>${escaped(String(value))}</${name}>`;
}

/** Members of an object as elements, in order; a list repeats its element, an object nests, null is nil. */
export function elements(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, member]) => member_(name, member))
    .join('');
}

function member_(name: string, member: unknown): string {
  if (member === undefined) return '';
  if (Array.isArray(member)) return member.map((one) => member_(name, one)).join('');
  if (typeof member === 'object' && member !== null) return `<${name}>${elements(member)}</${name}>`;
  return element(name, member as Value);
}

export function envelope(namespaces: string, body: string, header = ''): string {
  const head = header === '' ? '' : `<soapenv:Header>${header}</soapenv:Header>`;
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ${namespaces} xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${head}<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
}

/** The fault types that are not named for a call's refusal in general. */
const faultTypes: Readonly<Record<string, string>> = {
  INVALID_FIELD: 'InvalidFieldFault',
  INVALID_TYPE: 'InvalidSObjectFault',
  MALFORMED_QUERY: 'MalformedQueryFault',
  MALFORMED_SEARCH: 'MalformedSearchFault',
  MALFORMED_ID: 'InvalidIdFault',
  INVALID_QUERY_LOCATOR: 'InvalidQueryLocatorFault',
};

const loginCodes = new Set([
  'INVALID_LOGIN',
  'LOGIN_MUST_USE_SECURITY_TOKEN',
  'INVALID_OPERATION_WITH_EXPIRED_PASSWORD',
  'API_DISABLED_FOR_ORG',
  'PASSWORD_LOCKOUT',
  'LOGIN_DURING_RESTRICTED_DOMAIN',
  'LOGIN_DURING_RESTRICTED_TIME',
  'ORG_LOCKED',
  'UNSUPPORTED_CLIENT',
]);

/** A fault with its code behind the prefix `sf:`, by which clients know it (A1). Sent with HTTP 500. */
export function fault(code: string, message: string, namespace = 'urn:fault.partner.soap.sforce.com'): string {
  const type = faultTypes[code] ?? (loginCodes.has(code) ? 'LoginFault' : 'UnexpectedErrorFault');
  const place = ['InvalidFieldFault', 'MalformedQueryFault', 'InvalidSObjectFault'].includes(type)
    ? '<sf:row>-1</sf:row><sf:column>-1</sf:column>'
    : '';
  const detail = `<sf:${type} xsi:type="sf:${type}"><sf:exceptionCode>${code}</sf:exceptionCode>${element('sf:exceptionMessage', message)}${place}</sf:${type}>`;
  const body = `<soapenv:Fault><faultcode>sf:${code}</faultcode>${element('faultstring', `${code}: ${message}`)}<detail>${detail}</detail></soapenv:Fault>`;
  return envelope(`xmlns:sf="${namespace}"`, body);
}
