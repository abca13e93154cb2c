/**
 * Every sentence of the app in English. `es.ts` has the type of this object, so a sentence that is missing there does not compile.
 * A sentence says what happened, to whom, and what to do. Sentence case, no exclamation.
 */
import { PROBLEMS, type ProblemCode } from '@syncline/contract/problems';
import { enActivity } from './en/activity.ts';
import { enActs } from './en/acts.ts';
import { enBadges } from './en/badges.ts';
import { enBrakes } from './en/brakes.ts';
import { enCommon } from './en/common.ts';
import { enDryRun } from './en/dry-run.ts';
import { enErrors } from './en/errors.ts';
import { enFilters } from './en/filters.ts';
import { enHome } from './en/home.ts';
import { enMappings } from './en/mappings.ts';
import { enPeople } from './en/people.ts';
import { enPerson } from './en/person.ts';
import { enRecords } from './en/records.ts';
import { enSettings } from './en/settings.ts';
import { enSetup } from './en/setup.ts';
import { enSetupOrg } from './en/setup-org.ts';
import { enShell } from './en/shell.ts';
import { enSignIn } from './en/sign-in.ts';
import { enUndo } from './en/undo.ts';

const problems: Readonly<Record<ProblemCode, { readonly title: string; readonly advice: string }>> = PROBLEMS;

export const en = {
  badges: enBadges,
  problems,
  ...enCommon,
  ...enShell,
  ...enSetup,
  ...enMappings,
  ...enDryRun,
  ...enFilters,
  ...enSignIn,
  ...enHome,
  ...enBrakes,
  ...enActs,
  ...enActivity,
  ...enErrors,
  ...enRecords,
  ...enPeople,
  ...enPerson,
  ...enUndo,
  ...enSettings,
  ...enSetupOrg,
};

export type Words = typeof en;
