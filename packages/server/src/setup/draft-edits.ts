/** The edits of a draft, one after another. Pure. */
import type { StoredEdit } from './field-change-store.ts';

/** Two choices of one field are one, and an object has one filter. */
export const withEdits = (before: readonly StoredEdit[], more: readonly StoredEdit[]): readonly StoredEdit[] => {
  const all = [...before];
  for (const edit of more) {
    const at =
      edit.kind === 'choose'
        ? all.findIndex((one) => one.kind === 'choose' && one.object === edit.object && one.name === edit.name)
        : edit.kind === 'filter'
          ? all.findIndex((one) => one.kind === 'filter' && one.object === edit.object)
          : -1;
    const same = all[at];
    if (same?.kind === 'choose' && edit.kind === 'choose') all[at] = { ...same, ...withoutUndefined(edit) };
    else if (same) all[at] = edit;
    else all.push(edit);
  }
  return all;
};

const withoutUndefined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value;
