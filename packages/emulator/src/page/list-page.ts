import type { SchemaObject } from '../schema/schema.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { identifier } from '../store/tables.ts';
import { Html, html } from './html.ts';

const pageRows = 50;

/** Columns worth a look, where the object has them. */
const shown = [
  'Email',
  'Phone',
  'Company',
  'Title',
  'Status',
  'StageName',
  'Amount',
  'CloseDate',
  'Role',
  'IsPrimary',
  'IsActive',
  'SystemModstamp',
];
const searched = ['Name', 'Email', 'Company', 'Phone', 'Username'];

export interface Listing {
  readonly rows: readonly StoredRow[];
  /** There are rows after these. */
  readonly more: boolean;
}

/** Records that are not deleted, last changed first; `search` is found anywhere in a name, e-mail, company or phone, or is an id. */
export function findRecords(store: Store, object: SchemaObject, search: string, page: number): Listing {
  const columns = searched.filter((name) => object.field(name) !== undefined);
  const tests = [`"Id" = ?`, ...columns.map((name) => `instr(fold(${identifier(name)}), ?) > 0`)];
  const where = search === '' ? '' : `and (${tests.join(' or ')})`;
  const parameters = search === '' ? [] : [search, ...columns.map(() => search.toLowerCase())];
  const rows = store
    .statement(
      `select * from ${identifier(object.name)} where "IsDeleted" = 'false' ${where}
       order by "SystemModstamp" desc, "Id" desc limit ? offset ?`,
    )
    .all(...parameters, pageRows + 1, page * pageRows) as unknown as readonly StoredRow[];
  return { rows: rows.slice(0, pageRows), more: rows.length > pageRows };
}

export function listBody(object: SchemaObject, { rows, more }: Listing, search: string, page: number): Html {
  const columns = shown.filter((name) => object.field(name) !== undefined);
  const link = (to: number): string =>
    `/objects/${object.name}?${new URLSearchParams({ q: search, page: String(to) }).toString()}`;
  return html`<form class="bar" method="get" role="search">
<div><label for="q">Search by name, e-mail, company, phone or Id</label><input id="q" name="q" type="search" value="${search}"></div>
<button>Search</button>${
    object.describe.createable
      ? html`<a href="/objects/${object.name}/new">New ${object.describe.label.toLowerCase()}</a>`
      : undefined
  }
</form>
<div class="scroll"><table><caption>${rows.length === 0 ? 'Nothing found' : 'Last changed first; times are UTC'}</caption>
<thead><tr><th scope="col">${object.field('Name')?.label ?? 'Id'}</th>${columns.map((name) => html`<th scope="col">${object.field(name)?.label}</th>`)}</tr></thead>
<tbody>${rows.map((row) => tableRow(row, columns))}</tbody></table></div>
<p class="bar">${page > 0 ? html`<a href="${link(page - 1)}" rel="prev">Back</a>` : undefined}${
    more ? html`<a href="${link(page + 1)}" rel="next">More</a>` : undefined
  }</p>`;
}

function tableRow(row: StoredRow, columns: readonly string[]): Html {
  const link = html`<a href="/records/${row['Id'] ?? ''}">${row['Name'] || (row['Id'] ?? '')}</a>`;
  return html`<tr><td dir="auto">${link}</td>${columns.map((name) => html`<td dir="auto">${readable(row[name] ?? '')}</td>`)}</tr>
`;
}

/** A stamp without what says nothing to a person; other values cut to a line or two. */
function readable(value: string): string {
  return value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.000Z$/, '$1 $2').slice(0, 120);
}
