import { readFileSync } from 'node:fs';

/** The high-water mark of a process's resident memory; null where the system does not tell. */
export const peakMB = (pid: number): number | null => {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number((Number(kilobytes) / 1024).toFixed(1));
  } catch {
    return null; // Another system than Linux.
  }
};
