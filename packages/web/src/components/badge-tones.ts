/** Every state that a badge can show, with its tone. Words for the same states are `words.badges`; both are total by type. */
import type { BudgetState } from '@syncline/contract/budget';
import type { LoadPhase } from '@syncline/contract/initial-sync';
import type { FieldState, PersonLink, PersonState, RecordKind, SyncPersonOutcome } from '@syncline/contract/people';
import type { RunStatus } from '@syncline/contract/runs';
import type { SamenessState } from '@syncline/contract/sameness';
import type { SetupStepState, TestLine } from '@syncline/contract/setup';
import type { FieldPlaceState, UserCheck } from '@syncline/contract/setup-org';
import type { ObjectHealth, SyncState } from '@syncline/contract/status';
import type { Tone } from './tone.tsx';

interface BadgeStates {
  readonly sync: SyncState;
  readonly run: RunStatus;
  /** `sent`: taken by Salesforce, its record not read since. */
  readonly field: FieldState | 'sent';
  readonly record: RecordKind;
  readonly person: PersonState;
  readonly link: PersonLink['state'];
  readonly step: SetupStepState;
  readonly place: FieldPlaceState;
  readonly effect: UserCheck['effect'];
  readonly token: 'active' | 'revoked' | 'over';
  readonly testLine: TestLine['state'] | 'checking';
  readonly health: ObjectHealth;
  readonly phase: LoadPhase;
  readonly outcome: SyncPersonOutcome['state'];
  readonly budget: BudgetState;
  readonly conflict: 'decided' | 'reversed';
  readonly sameness: SamenessState;
}

export type BadgeKind = keyof BadgeStates;
export type BadgeState<Kind extends BadgeKind> = BadgeStates[Kind];
export type BadgeWords = { readonly [Kind in BadgeKind]: Readonly<Record<BadgeStates[Kind], string>> };

export const BADGE_TONES: { readonly [Kind in BadgeKind]: Readonly<Record<BadgeStates[Kind], Tone>> } = {
  sync: { last_sync: 'ok', in_progress: 'run', failed: 'bad' },
  run: { succeeded: 'ok', failed: 'bad', incomplete: 'warn', in_process: 'run', cleaned_up: 'idle' },
  field: {
    equal: 'ok',
    waiting_to_send: 'idle',
    sending: 'run',
    sent: 'ok',
    held: 'hold',
    refused: 'bad',
    differs: 'warn',
    no_place: 'idle',
    of_company: 'idle',
    not_synced: 'idle',
  },
  record: { lead: 'run', contact: 'ok', marketing_only: 'idle', deleted: 'warn' },
  person: {
    in_step: 'ok',
    waiting: 'idle',
    with_errors: 'bad',
    held: 'hold',
    out_of_filter: 'idle',
    not_in_salesforce: 'idle',
  },
  link: {
    live: 'ok',
    converted: 'idle',
    merged: 'idle',
    deleted: 'warn',
    out_of_sight: 'warn',
    out_of_scope: 'idle',
    deleted_here: 'idle',
  },
  step: { done: 'ok', to_fix: 'bad', limits: 'warn', not_started: 'idle', cannot_tell: 'idle' },
  place: {
    found: 'ok',
    missing: 'bad',
    hidden: 'warn',
    wrong_type: 'bad',
    read_only: 'warn',
    cannot_tell: 'idle',
  },
  effect: { blocks_start: 'bad', limits: 'warn', advice: 'idle' },
  token: { active: 'ok', revoked: 'idle', over: 'idle' },
  testLine: { passed: 'ok', failed: 'bad', not_reached: 'idle', checking: 'run' },
  health: { normal: 'ok', growing: 'warn', first_read: 'run', failed: 'bad', off: 'idle' },
  phase: { waiting: 'idle', preparing: 'run', reading: 'run', done: 'ok', failed: 'bad' },
  outcome: { none: 'idle', waiting: 'idle', sending: 'run', will_retry: 'warn', parked: 'bad', done: 'ok' },
  budget: { unknown: 'idle', calm: 'ok', slowed: 'warn', paused: 'bad' },
  conflict: { decided: 'ok', reversed: 'idle' },
  sameness: { equal: 'ok', differ: 'bad', checking: 'run', repairing: 'run', unknown: 'idle' },
};
