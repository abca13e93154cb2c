/** What a submitted form changes: pure, because browsers change more than their users do. */
import type { RecordInput } from '../dml/dml.ts';

export type Form = Readonly<Record<string, string>>;

/** An application/x-www-form-urlencoded body; of several values of one name the last counts. */
export function readForm(body: string): Form {
  return Object.fromEntries(new URLSearchParams(body));
}

/**
 * The fields whose value is not the one the page showed (`was.Field`), so that a save touches nothing that its user did
 * not touch, also when the record has changed since. Browsers write every line end as CRLF, so line ends alone are no
 * change, and a value that did change goes back to LF.
 */
export function changedFields(form: Form): RecordInput {
  const changes: Record<string, string> = {};
  for (const [key, value] of Object.entries(form)) {
    if (!key.startsWith('f.')) continue;
    const name = key.slice('f.'.length);
    if (unix(value) !== unix(form[`was.${name}`] ?? '')) changes[name] = unix(value);
  }
  return changes;
}

function unix(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
