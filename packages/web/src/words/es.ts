/** Every sentence of the app in Spanish, formal (usted). The type is English's, so nothing can be missing. */
import type { Words } from './en.ts';
import { esActivity } from './es/activity.ts';
import { esActs } from './es/acts.ts';
import { esBadges } from './es/badges.ts';
import { esBrakes } from './es/brakes.ts';
import { esCommon } from './es/common.ts';
import { esDryRun } from './es/dry-run.ts';
import { esErrors } from './es/errors.ts';
import { esFilters } from './es/filters.ts';
import { esHome } from './es/home.ts';
import { esMappings } from './es/mappings.ts';
import { esPeople } from './es/people.ts';
import { esPerson } from './es/person.ts';
import { esProblems } from './es/problems.ts';
import { esRecords } from './es/records.ts';
import { esSettings } from './es/settings.ts';
import { esSetup } from './es/setup.ts';
import { esSetupOrg } from './es/setup-org.ts';
import { esShell } from './es/shell.ts';
import { esSignIn } from './es/sign-in.ts';
import { esUndo } from './es/undo.ts';

export const es: Words = {
  badges: esBadges,
  problems: esProblems,
  ...esCommon,
  ...esShell,
  ...esSetup,
  ...esMappings,
  ...esDryRun,
  ...esFilters,
  ...esSignIn,
  ...esHome,
  ...esBrakes,
  ...esActs,
  ...esActivity,
  ...esErrors,
  ...esRecords,
  ...esPeople,
  ...esPerson,
  ...esUndo,
  ...esSettings,
  ...esSetupOrg,
};
