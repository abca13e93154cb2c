/** The API a change came by. */
export type Api = 'rest' | 'soap' | 'bulkapi';

/**
 * `changeOrigin`, by which an integration knows its own writes: `com/salesforce/api/rest/64.0;client=Name` (A14).
 * `version` may be `v64.0`; `callOptions` is the header `Sforce-Call-Options`: `client=Name, defaultNamespace=ns`.
 */
export function originOf(api: Api, version: string, callOptions?: string): string {
  const client = /(?:^|[\s,;])client=([^,;]+)/i.exec(callOptions ?? '')?.[1]?.trim();
  return `com/salesforce/api/${api}/${version.replace(/^v/, '')}${client === undefined ? '' : `;client=${client}`}`;
}
