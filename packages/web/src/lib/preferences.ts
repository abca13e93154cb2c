/** Choices that belong to this browser alone. A browser that refuses storage loses them when it closes, and nothing else. */
type Preference = 'syncline.language' | 'syncline.theme' | 'syncline.singleKeys' | `syncline.people.columns.${number}`;

const memory = new Map<Preference, string>();

export const readPreference = (name: Preference): string | null => {
  try {
    return localStorage.getItem(name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
};

export const writePreference = (name: Preference, value: string): void => {
  memory.set(name, value);
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is closed (a private window, a policy): `memory` holds the choice until the page goes.
  }
};
