import type { Stage } from '@syncline/contract/status';

/** The parts of step 3, in order. */
const TRAIL = ['connect', 'sync-fields', 'mappings', 'start', 'initial-sync'] as const;
export type TrailStep = (typeof TRAIL)[number];

export const TRAIL_PATHS = {
  connect: '/setup/connect',
  'sync-fields': '/setup/sync-fields',
  mappings: '/setup/mappings',
  start: '/setup/start',
  'initial-sync': '/setup/initial-sync',
} as const satisfies Record<TrailStep, string>;

/** Whether each part is done follows from where the instance stands; it is never stored. */
const DONE_UNTIL = {
  not_connected: 0,
  not_confirmed: 1,
  not_started: 3,
  initial_sync: 4,
  running: 5,
} as const satisfies Record<Stage, number>;

/** The part that is due. Reading the mappings is no deed, so after Confirm Credentials it is offered first. */
const NEXT = {
  not_connected: 'connect',
  not_confirmed: 'sync-fields',
  not_started: 'mappings',
  initial_sync: 'initial-sync',
  running: 'initial-sync',
} as const satisfies Record<Stage, TrailStep>;

export const nextPath = (stage: Stage): (typeof TRAIL_PATHS)[TrailStep] => TRAIL_PATHS[NEXT[stage]];

export type TrailState = 'done' | 'current' | 'open' | 'later';

export const trailStates = (
  stage: Stage,
  current: TrailStep,
): readonly { readonly step: TrailStep; readonly state: TrailState }[] =>
  TRAIL.map((step, index) => {
    if (step === current) return { step, state: 'current' };
    if (index < DONE_UNTIL[stage]) return { step, state: 'done' };
    return { step, state: index === DONE_UNTIL[stage] ? 'open' : 'later' };
  });
