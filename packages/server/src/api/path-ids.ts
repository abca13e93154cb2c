/** Ids in addresses. One that is no id of ours names nothing. Pure. */
import { Problem } from '../errors/errors.ts';

const idOf = (text: string): number | null => {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return id > 0 ? id : null;
};

export const personIdOf = (text: string): number => {
  const id = idOf(text);
  if (id === null) throw new Problem('person-not-found', { id: text });
  return id;
};

export const conflictIdOf = (text: string): number => {
  const id = idOf(text);
  if (id === null) throw new Problem('conflict-not-found', { id: text });
  return id;
};

export const actionIdOf = (text: string): number => {
  const id = idOf(text);
  if (id === null) throw new Problem('action-not-found', { id: text });
  return id;
};

export const undoIdOf = (text: string): number => {
  const id = idOf(text);
  if (id === null) throw new Problem('undo-not-found', { id: text });
  return id;
};

/** Of a user or a token. */
export const plainIdOf = (text: string): number => {
  const id = idOf(text);
  if (id === null) throw new Problem('not-found');
  return id;
};
