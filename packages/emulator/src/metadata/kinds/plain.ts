import type { Kind } from './kind.ts';

/** A type that is kept as it was written, and changes nothing. */
export function plain(type: string): Kind {
  return {
    put: ({ components, userId }, fullName, tree, content) => {
      components.put(type, fullName, tree, userId, content ?? null);
    },
    read: ({ components }, fullName) => components.find(type, fullName)?.tree,
    names: ({ components }) => components.list(type).map(({ fullName }) => fullName),
    remove: ({ components }, fullName) => components.remove(type, fullName),
    rename: ({ components }, from, to) => components.rename(type, from, to),
  };
}
