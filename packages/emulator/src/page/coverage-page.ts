import { summary } from '../coverage/document.ts';
import { type Feature, features } from '../coverage/table.ts';
import { type Html, html } from './html.ts';

/** The coverage table, an area a section. */
export function coverageBody(): Html {
  const areas = [...Map.groupBy(features, ({ area }) => area)];
  return html`<p>What of Salesforce this org has: ${summary()}</p>
${areas.map(
  ([area, rows]) => html`<h2>${area}</h2>
<div class="scroll"><table><caption>Features and what a real org does otherwise</caption>
<thead><tr><th scope="col">Feature</th><th scope="col">Here</th><th scope="col">A real org</th></tr></thead>
<tbody>${rows.map(row)}</tbody></table></div>
`,
)}`;
}

function row({ feature, coverage, differs }: Feature): Html {
  return html`<tr><th scope="row">${feature}</th><td>${coverage}</td><td>${differs}</td></tr>
`;
}
