/**
 * How fast an empty practice org starts inside a test suite: `startOrg()` in one process, whose modules are loaded. `firstMs` is the
 * first start after that, `emptyMs` the median of the others, `besideMs` one of ten that start at once. Snapshot and restore are of
 * an empty org.
 */
import { type RunningOrg, startOrg } from '../../packages/emulator/src/org.ts';
import type { StartReport } from './report.ts';

const STARTS = 21;
const BESIDE = 10;

export const benchStart = async (say: (line: string) => void): Promise<StartReport> => {
  say(`starting ${STARTS + BESIDE} orgs`);
  const starts: number[] = [];
  const snapshots: number[] = [];
  const restores: number[] = [];
  while (starts.length < STARTS) {
    const began = performance.now();
    const org = await startOrg();
    const ready = performance.now();
    const name = org.snapshot();
    const taken = performance.now();
    org.restore(name);
    restores.push(performance.now() - taken);
    snapshots.push(taken - ready);
    starts.push(ready - began);
    await org.close();
  }
  const [first = 0, ...others] = starts;
  const began = performance.now();
  const orgs: readonly RunningOrg[] = await Promise.all(Array.from({ length: BESIDE }, () => startOrg()));
  const besideMs = (performance.now() - began) / BESIDE;
  await Promise.all(orgs.map((org) => org.close()));
  return {
    firstMs: Math.round(first),
    emptyMs: median(others),
    besideMs: Math.round(besideMs),
    snapshotMs: median(snapshots),
    restoreMs: median(restores),
  };
};

const median = (values: readonly number[]): number =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
