import { dueSweep } from './formula-store.ts';
import { sweepFormulas } from './formulas.ts';
import { HiddenFields } from './hidden-fields.ts';
import type { Inbound } from './inbound.ts';
import { loadAll } from './load.ts';
import { CompiledMerges, type InboundParts, type ReaderKit } from './parts.ts';
import { pollObjects } from './poll.ts';
import { rereadDue } from './reread.ts';
import { checkSameness } from './sameness.ts';
import { dueCheck } from './sameness-store.ts';

/** `loadMap` is asked at the start of every pass, so that a pass carries one version of the map from start to end (MAP10). */
export const createInbound = (parts: InboundParts): Inbound => {
  const kit: ReaderKit = {
    ...parts,
    hidden: new HiddenFields(parts.db, parts.salesforce),
    compiled: new CompiledMerges(parts.bounds),
  };
  return {
    poll: (objects, { deep }) => pollObjects(kit, objects, deep),
    reread: ({ isAskedOnly = false } = {}) => rereadDue(kit, isAskedOnly),
    load: (signal) => loadAll(kit, signal),
    dueCheck: () => dueCheck(parts.db, parts.bounds.samenessEveryMs),
    dueSweep: () => dueSweep(parts.db, parts.bounds.formulaEveryMs),
    sweepFormulas: (object, signal) => sweepFormulas(kit, object, signal),
    checkSameness: (object, signal) => checkSameness(kit, object, signal),
  };
};
