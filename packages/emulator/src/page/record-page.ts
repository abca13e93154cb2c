import type { FieldDescribe, SchemaObject } from '../schema/schema.ts';
import type { StoredRow } from '../store/store.ts';
import { Html, html } from './html.ts';

/** The form of a record; `row` is empty for a new one. `typed` are the values of a save that was refused. */
export function recordForm(object: SchemaObject, row: StoredRow, isNew: boolean, typed: StoredRow = {}): Html {
  const fields = object.stored.filter((field) => (isNew ? field.createable : field.updateable));
  const action = isNew ? `/objects/${object.name}/new` : `/records/${row['Id'] ?? ''}`;
  return html`<form class="fields" method="post" action="${action}">
${fields.map((field) => control(field, row[field.name] ?? '', typed[field.name] ?? undefined, isNew))}
<div class="wide"><button>${isNew ? `Create ${object.describe.label.toLowerCase()}` : 'Save'}</button></div>
</form>`;
}

function control(field: FieldDescribe, stored: string, typed: string | undefined, isNew: boolean): Html {
  const id = `f.${field.name}`;
  const value = typed ?? (stored === '' && isNew ? startOf(field) : stored);
  const needed = !field.nillable && !field.defaultedOnCreate && field.type !== 'boolean';
  const label = html`<label for="${id}">${field.label}${needed ? ' (required)' : ''}</label>`;
  // A text box drops the first line end of its text; one more in front keeps it.
  const was =
    stored === ''
      ? undefined
      : html`<textarea hidden name="was.${field.name}" aria-hidden="true">
${stored}</textarea>`;
  const wide = field.type === 'textarea' && field.length > 255 ? 'wide' : '';
  return html`<div class="${wide}">${label}${input(field, id, value)}${was}</div>
`;
}

function startOf(field: FieldDescribe): string {
  if (field.type === 'boolean') return 'false';
  return field.picklistValues.find(({ defaultValue }) => defaultValue)?.value ?? '';
}

function input(field: FieldDescribe, id: string, value: string): Html {
  const options = optionsOf(field);
  if (options !== undefined) return select(id, options, value);
  if (field.type === 'textarea' || /[\r\n]/.test(value)) {
    return html`<textarea id="${id}" name="${id}" dir="auto">
${value}</textarea>`;
  }
  const hint = hints[field.type];
  return html`<input id="${id}" name="${id}" value="${value}" dir="auto"${
    hint === undefined ? undefined : html` placeholder="${hint}"`
  }>`;
}

/** Formats are shown, not enforced: the org's own refusal is worth seeing. */
const hints: Partial<Record<FieldDescribe['type'], string>> = {
  date: '2026-01-31',
  datetime: '2026-01-31T09:30:00Z',
  time: '09:30:00',
  multipicklist: 'One; Two',
};

function optionsOf(field: FieldDescribe): readonly string[] | undefined {
  if (field.type === 'boolean') return ['false', 'true'];
  return field.type === 'picklist' ? ['', ...field.picklistValues.map(({ value }) => value)] : undefined;
}

function select(id: string, options: readonly string[], value: string): Html {
  const all = options.includes(value) ? options : [value, ...options];
  return html`<select id="${id}" name="${id}">${all.map(
    (option) =>
      html`<option value="${option}"${option === value ? new Html(' selected') : undefined}>${option || '(none)'}</option>`,
  )}</select>`;
}

/** What nobody edits by hand: ids, stamps, what Salesforce keeps itself. */
export function readOnlyFields(object: SchemaObject, row: StoredRow): Html {
  const fields = object.stored.filter((field) => !field.updateable && row[field.name] != null);
  return html`<h2>Kept by the org</h2>
<div class="scroll"><table><caption>Read-only fields with a value</caption>
<thead><tr><th scope="col">Field</th><th scope="col">Value</th></tr></thead>
<tbody>${fields.map(
    (
      field,
    ) => html`<tr><th scope="row">${field.label}</th><td dir="auto">${linked(field, row[field.name] ?? '')}</td></tr>
`,
  )}</tbody></table></div>`;
}

function linked(field: FieldDescribe, value: string): Html {
  return field.type === 'reference' ? html`<a href="/records/${value}">${value}</a>` : html`${value}`;
}
