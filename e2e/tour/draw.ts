/** What the seed decides: the same seed draws the same numbers, in the same order. */

export interface Draw {
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
}

/** Mulberry32: 32 bits of state, good enough to choose where to strike. */
export const createDraw = (seed: number): Draw => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[whole(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
  const shuffle = <T>(items: readonly T[]): T[] => {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i -= 1) {
      const j = whole(0, i);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  };
  return { whole, pick, shuffle };
};

const PHASES = ['load', 'creates', 'changes', 'deletes'] as const;
export type Phase = (typeof PHASES)[number];

/** Share of the kills that each phase gets. */
const SHARES: Readonly<Record<Phase, number>> = { load: 0.25, creates: 0.25, changes: 0.35, deletes: 0.15 };

/** With whom the server talks at a moment (kill-at.ts): with Postgres; with Salesforce; with Salesforce, to change something there. */
export const TALKS = ['statement', 'request', 'write'] as const;
type Talk = (typeof TALKS)[number];

/** The server dies at the n-th moment of this kind; if it makes fewer of them, at the `latest`-th of any request. */
export interface Kill {
  readonly talk: Talk;
  readonly moment: number;
  readonly latest: number;
  /** Overdue after that, it strikes at the next moment of any kind. */
  readonly withinMs: number;
}

export type Moments = Readonly<Record<Talk, number>>;

/** How many moments a calm tour counted: in each phase, and from a process's start until it is ready. */
export interface CalmCounts {
  readonly phases: Readonly<Record<Phase, Moments>>;
  readonly start: Moments;
}

/** The kills of one process, a list for each phase. */
export type KillPlan = Readonly<Record<Phase, readonly Kill[]>>;

/** One process has something to say all the time; of several, one may have nothing to do. */
const NO_HURRY_MS = Number.MAX_SAFE_INTEGER;
const OVERDUE_MS = 6_000;

/** A plan for each of so many processes: the seed says which of them each kill is for, and they share the moments of a calm tour. */
export const drawPlans = (processes: number, kills: number, counts: CalmCounts, draw: Draw): readonly KillPlan[] => {
  if (processes === 1) return [drawKills(kills, counts, draw, NO_HURRY_MS)];
  const each = Array.from({ length: processes }, () => 0);
  for (let kill = 0; kill < kills; kill += 1) {
    const victim = draw.whole(0, processes - 1);
    each[victim] = (each[victim] ?? 0) + 1;
  }
  const share = (moments: Moments): Moments => ({
    statement: Math.ceil(moments.statement / processes),
    request: Math.ceil(moments.request / processes),
    write: Math.ceil(moments.write / processes),
  });
  const { load, creates, changes, deletes } = counts.phases;
  const shared = {
    phases: { load: share(load), creates: share(creates), changes: share(changes), deletes: share(deletes) },
    start: share(counts.start),
  };
  return each.map((many) => drawKills(many, shared, draw, OVERDUE_MS));
};

/**
 * The moments at which a process is killed, a list for each phase. The first kill of a phase counts from the phase's begin, each
 * other one from the start of the process that the kill before it made necessary. They are drawn so that the kills of a phase, one
 * after another, go through about the moments that the phase takes when it is calm. Each kind of talk has its share: statements are the most
 * by far, and a write whose answer is lost is the hardest to bear.
 */
const drawKills = (kills: number, counts: CalmCounts, draw: Draw, withinMs: number): KillPlan => {
  const numbers = shareOut(kills);
  const forPhase = (phase: Phase): Kill[] => {
    const many = numbers[phase];
    const killAt = (index: number): Kill => {
      const talk = draw.pick(TALKS.filter((kind) => counts.phases[phase][kind] > 0));
      const last = (kind: Talk): number =>
        Math.max(1, Math.ceil((2 * counts.phases[phase][kind]) / (many + 1))) + (index === 0 ? 0 : counts.start[kind]);
      return {
        talk,
        moment: draw.whole(1, last(talk)),
        latest: talk === 'write' ? last('request') : Number.MAX_SAFE_INTEGER,
        withinMs,
      };
    };
    return Array.from({ length: many }, (_, index) => killAt(index));
  };
  return {
    load: forPhase('load'),
    creates: forPhase('creates'),
    changes: forPhase('changes'),
    deletes: forPhase('deletes'),
  };
};

/** By shares, the remainders going to the largest ones. The sum is exactly `kills`. */
const shareOut = (kills: number): Record<Phase, number> => {
  const exact = PHASES.map((phase) => ({ phase, share: kills * SHARES[phase] }));
  const out = Object.fromEntries(exact.map(({ phase, share }) => [phase, Math.floor(share)])) as Record<Phase, number>;
  const rest = kills - Object.values(out).reduce((sum, many) => sum + many, 0);
  const byRemainder = exact.toSorted((a, b) => (b.share % 1) - (a.share % 1));
  for (const { phase } of byRemainder.slice(0, rest)) out[phase] += 1;
  return out;
};
