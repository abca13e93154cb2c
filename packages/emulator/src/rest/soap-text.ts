import type { Session } from '../access/access.ts';
import type { Org } from '../org.ts';

function escape(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function envelope(namespaces: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ${namespaces} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
}

/** A fault with its code behind the prefix `sf:`, by which clients know it (A1). Sent with HTTP 500. */
export function soapFault(code: string, message: string): string {
  const fault = `<soapenv:Fault><faultcode>sf:${code}</faultcode><faultstring>${code}: ${escape(message)}</faultstring><detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>${code}</sf:exceptionCode><sf:exceptionMessage>${escape(message)}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>`;
  return envelope('xmlns:sf="urn:fault.partner.soap.sforce.com"', fault);
}

export function soapLogoutResult(): string {
  return envelope('xmlns="urn:partner.soap.sforce.com"', '<logoutResponse></logoutResponse>');
}

function element(name: string, value: string | number | boolean | null): string {
  return value === null ? `<${name} xsi:nil="true"/>` : `<${name}>${escape(String(value))}</${name}>`;
}

/** The answer to login, in the order of the partner WSDL (A1). */
export function soapLoginResult(org: Org, session: Session, version: string): string {
  const org15 = org.access.orgId.slice(0, 15);
  const { user } = session;
  const row = org.store.schema.object('User') === undefined ? undefined : org.store.read('User', user.id);
  const info = [
    element('accessibilityMode', false),
    element('chatterExternal', false),
    element('currencySymbol', '$'),
    element('orgAttachmentFileSizeLimit', 5_242_880),
    element('orgDefaultCurrencyIsoCode', 'USD'),
    element('orgDefaultCurrencyLocale', 'en_US'),
    element('orgDisallowHtmlAttachments', false),
    element('orgHasPersonAccounts', false),
    element('organizationId', org.access.orgId),
    element('organizationMultiCurrency', false),
    element('organizationName', 'Practice org'),
    element('profileId', row?.['ProfileId'] ?? null),
    element('roleId', null),
    element('sessionSecondsValid', 7200),
    element('userDefaultCurrencyIsoCode', null),
    element('userEmail', user.username),
    element('userFullName', row?.['Name'] ?? user.username),
    element('userId', user.id),
    element('userLanguage', 'en_US'),
    element('userLocale', 'en_US'),
    element('userName', user.username),
    element('userTimeZone', 'GMT'),
    element('userType', 'Standard'),
    element('userUiSkin', 'Theme3'),
  ].join('');
  const result = [
    element('metadataServerUrl', `${org.url()}/services/Soap/m/${version}/${org15}`),
    element('passwordExpired', false),
    element('sandbox', false),
    element('serverUrl', `${org.url()}/services/Soap/u/${version}/${org15}`),
    element('sessionId', session.token),
    element('userId', user.id),
    `<userInfo>${info}</userInfo>`,
  ].join('');
  return envelope('xmlns="urn:partner.soap.sforce.com"', `<loginResponse><result>${result}</result></loginResponse>`);
}
