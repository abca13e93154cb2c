/** The addresses of the app. Filters live in them; what an address says wrongly is left out, never a failure. */

import { FILTER_CONDITIONS_MAX, FilterCondition } from '@syncline/contract/filters';
import { ChangedHours, PeopleView, RecordKind } from '@syncline/contract/people';
import { RunOperation, RunStatus } from '@syncline/contract/runs';
import { SyncObjectName } from '@syncline/contract/shared';
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { z } from 'zod';
import { queries } from './api/queries.ts';
import { ActivityScreen, PERIODS } from './screens/activity/activity.tsx';
import { RunScreen } from './screens/activity/run.tsx';
import { BrakesScreen } from './screens/brakes/brakes.tsx';
import { CompaniesScreen } from './screens/companies/companies.tsx';
import { CompanyScreen } from './screens/companies/company.tsx';
import { ConflictsScreen } from './screens/conflicts/conflicts.tsx';
import { DifferencesScreen } from './screens/differences/differences.tsx';
import { DryRunScreen } from './screens/dry-run/dry-run.tsx';
import { CauseScreen } from './screens/errors/cause-rows.tsx';
import { ERROR_LEVELS, ErrorsScreen } from './screens/errors/errors.tsx';
import { ErrorScreen } from './screens/errors/one-error.tsx';
import { HeldScreen } from './screens/held/held.tsx';
import { HomeScreen } from './screens/home/home.tsx';
import { InitialSyncScreen } from './screens/initial-sync/initial-sync.tsx';
import { MAP_TABS, MappingsScreen } from './screens/mappings/mappings.tsx';
import { OpportunitiesScreen } from './screens/opportunities/opportunities.tsx';
import { OpportunityScreen } from './screens/opportunities/opportunity.tsx';
import { PeopleScreen } from './screens/people/people.tsx';
import { PersonScreen, TABS } from './screens/person/person.tsx';
import { PracticeScreen } from './screens/practice/practice.tsx';
import { SettingsBudgetScreen } from './screens/settings-budget/settings-budget.tsx';
import { SettingsConnectionScreen } from './screens/settings-connection/settings-connection.tsx';
import { SettingsDefaultsScreen } from './screens/settings-defaults/settings-defaults.tsx';
import { SettingsFiltersScreen } from './screens/settings-filters/settings-filters.tsx';
import { SettingsNotificationsScreen } from './screens/settings-notifications/settings-notifications.tsx';
import { SettingsSyncScreen } from './screens/settings-sync/settings-sync.tsx';
import { SettingsUsersScreen } from './screens/settings-users/settings-users.tsx';
import { SetupScreen } from './screens/setup/setup.tsx';
import { CAME_FROM, ConnectScreen } from './screens/setup-connect/connect.tsx';
import { SetupFieldsScreen } from './screens/setup-fields/setup-fields.tsx';
import { StartScreen } from './screens/setup-start/start.tsx';
import { SyncFieldsScreen } from './screens/setup-sync-fields/sync-fields.tsx';
import { SetupUserScreen } from './screens/setup-user/setup-user.tsx';
import { FirstSignInScreen } from './screens/sign-in/first.tsx';
import { SignInScreen } from './screens/sign-in/sign-in.tsx';
import { UndoScreen } from './screens/undo/undo-screen.tsx';
import { Broken, NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';

interface RouterContext {
  readonly client: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet });

/** A way inside the app: never an address of somebody else's. */
const insidePath = (to: string | undefined): string =>
  to !== undefined && to.startsWith('/') && !to.startsWith('//') && !to.startsWith('/\\') ? to : '/';

/** An id in an address; anything else is an address of nothing. */
const isId = (text: string): boolean => /^\d{1,15}$/.test(text);

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ to: z.string().optional().catch(undefined) }),
  component: () => <SignInScreen to={insidePath(signIn.useSearch().to)} />,
});

const firstSignIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/first',
  validateSearch: z.object({ code: z.coerce.string().catch('') }),
  component: () => <FirstSignInScreen code={firstSignIn.useSearch().code} />,
});

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    // A server that does not answer is shown by the screens, with their own faces; it signs nobody out.
    const me = await context.client.ensureQueryData(queries.me()).catch(() => null);
    if (me !== null && me.user === null) {
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } });
    }
  },
  component: Shell,
  notFoundComponent: NotFound,
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: async ({ context }) => {
    // Before Start Sync there is nothing to see at home: the setup is what is left to do.
    const status = await context.client.fetchQuery({ ...queries.status(), staleTime: 1_000 }).catch(() => null);
    if (status !== null && status.stage !== 'running' && status.stage !== 'initial_sync') {
      throw redirect({ to: '/setup' });
    }
  },
  component: HomeScreen,
});

const setup = createRoute({ getParentRoute: () => inside, path: '/setup', component: SetupScreen });
const setupFields = createRoute({ getParentRoute: () => inside, path: '/setup/fields', component: SetupFieldsScreen });
const setupUser = createRoute({ getParentRoute: () => inside, path: '/setup/sync-user', component: SetupUserScreen });
const connect = createRoute({
  getParentRoute: () => inside,
  path: '/setup/connect',
  validateSearch: z.object({ from: z.enum(CAME_FROM).optional().catch(undefined) }),
  component: () => <ConnectScreen cameFrom={connect.useSearch().from ?? null} />,
});
const syncFields = createRoute({
  getParentRoute: () => inside,
  path: '/setup/sync-fields',
  component: SyncFieldsScreen,
});
const setupMappings = createRoute({
  getParentRoute: () => inside,
  path: '/setup/mappings',
  validateSearch: z.object({ tab: z.enum(MAP_TABS).optional().catch(undefined) }),
  component: () => <MappingsScreen isSetup tab={setupMappings.useSearch().tab ?? 'mapped'} />,
});
const start = createRoute({ getParentRoute: () => inside, path: '/setup/start', component: StartScreen });
const initialSync = createRoute({
  getParentRoute: () => inside,
  path: '/setup/initial-sync',
  component: InitialSyncScreen,
});

const activity = createRoute({
  getParentRoute: () => inside,
  path: '/activity',
  validateSearch: z.object({
    hours: z
      .union(PERIODS.map((hours) => z.literal(hours)))
      .optional()
      .catch(undefined),
    object: SyncObjectName.optional().catch(undefined),
    operation: RunOperation.optional().catch(undefined),
    status: RunStatus.optional().catch(undefined),
  }),
  component: () => <ActivityScreen search={activity.useSearch()} />,
});

const run = createRoute({
  getParentRoute: () => inside,
  path: '/activity/$runId',
  component: () => {
    const { runId } = run.useParams();
    return isId(runId) ? <RunScreen key={runId} runId={Number(runId)} /> : <NotFound />;
  },
});

const errors = createRoute({
  getParentRoute: () => inside,
  path: '/errors',
  validateSearch: z.object({ level: z.enum(ERROR_LEVELS).optional().catch(undefined) }),
  component: () => <ErrorsScreen level={errors.useSearch().level} />,
});
const cause = createRoute({
  getParentRoute: () => inside,
  path: '/errors/$cause',
  component: () => <CauseScreen cause={cause.useParams().cause} />,
});
const oneError = createRoute({
  getParentRoute: () => inside,
  path: '/errors/$cause/$entryId',
  component: () => {
    const { cause: id, entryId } = oneError.useParams();
    return isId(entryId) ? <ErrorScreen key={entryId} cause={id} errorId={Number(entryId)} /> : <NotFound />;
  },
});
const differences = createRoute({
  getParentRoute: () => inside,
  path: '/differences/$object',
  component: () => {
    const object = SyncObjectName.safeParse(differences.useParams().object);
    return object.success ? <DifferencesScreen key={object.data} object={object.data} /> : <NotFound />;
  },
});
const brakes = createRoute({ getParentRoute: () => inside, path: '/brakes', component: BrakesScreen });
const held = createRoute({
  getParentRoute: () => inside,
  path: '/held',
  validateSearch: z.object({
    object: SyncObjectName.optional().catch(undefined),
    field: z.string().optional().catch(undefined),
  }),
  component: () => <HeldScreen search={held.useSearch()} />,
});

const people = createRoute({
  getParentRoute: () => inside,
  path: '/people',
  validateSearch: z.object({
    q: z.coerce.string().optional().catch(undefined),
    view: PeopleView.optional().catch(undefined),
    record: RecordKind.optional().catch(undefined),
    owner: z.coerce.string().optional().catch(undefined),
    changed: ChangedHours.optional().catch(undefined),
    where: z.array(FilterCondition).max(FILTER_CONDITIONS_MAX).readonly().optional().catch(undefined),
    from: z.literal('end').optional().catch(undefined),
  }),
  component: () => <PeopleScreen search={people.useSearch()} />,
});
const person = createRoute({
  getParentRoute: () => inside,
  path: '/people/$personId',
  validateSearch: z.object({ tab: z.enum(TABS).optional().catch(undefined) }),
  component: () => {
    const { personId } = person.useParams();
    const { tab } = person.useSearch();
    return isId(personId) ? <PersonScreen key={personId} id={Number(personId)} tab={tab ?? 'fields'} /> : <NotFound />;
  },
});

const RecordSearch = z.object({ q: z.coerce.string().optional().catch(undefined) });
const companies = createRoute({
  getParentRoute: () => inside,
  path: '/companies',
  validateSearch: RecordSearch,
  component: () => <CompaniesScreen q={companies.useSearch().q} />,
});
const company = createRoute({
  getParentRoute: () => inside,
  path: '/companies/$companyId',
  component: () => {
    const { companyId } = company.useParams();
    return isId(companyId) ? <CompanyScreen key={companyId} id={Number(companyId)} /> : <NotFound />;
  },
});
const opportunities = createRoute({
  getParentRoute: () => inside,
  path: '/opportunities',
  validateSearch: RecordSearch,
  component: () => <OpportunitiesScreen q={opportunities.useSearch().q} />,
});
const opportunity = createRoute({
  getParentRoute: () => inside,
  path: '/opportunities/$opportunityId',
  component: () => {
    const { opportunityId } = opportunity.useParams();
    return isId(opportunityId) ? <OpportunityScreen key={opportunityId} id={Number(opportunityId)} /> : <NotFound />;
  },
});

const undo = createRoute({
  getParentRoute: () => inside,
  path: '/undos/$undoId',
  component: () => {
    const { undoId } = undo.useParams();
    return isId(undoId) ? <UndoScreen key={undoId} undoId={Number(undoId)} /> : <NotFound />;
  },
});
const conflicts = createRoute({ getParentRoute: () => inside, path: '/conflicts', component: ConflictsScreen });
const fields = createRoute({
  getParentRoute: () => inside,
  path: '/fields',
  validateSearch: z.object({ tab: z.enum(MAP_TABS).optional().catch(undefined) }),
  component: () => <MappingsScreen isSetup={false} tab={fields.useSearch().tab ?? 'mapped'} />,
});
const fieldChange = createRoute({
  getParentRoute: () => inside,
  path: '/fields/changes/$changeId',
  component: () => {
    const { changeId } = fieldChange.useParams();
    return /^\d+$/.test(changeId) ? <DryRunScreen key={changeId} id={Number(changeId)} /> : <NotFound />;
  },
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/sync' });
  },
});
const settingsSync = createRoute({
  getParentRoute: () => inside,
  path: '/settings/sync',
  component: SettingsSyncScreen,
});
const settingsConnection = createRoute({
  getParentRoute: () => inside,
  path: '/settings/connection',
  component: SettingsConnectionScreen,
});
const settingsFilters = createRoute({
  getParentRoute: () => inside,
  path: '/settings/filters',
  component: SettingsFiltersScreen,
});
const settingsDefaults = createRoute({
  getParentRoute: () => inside,
  path: '/settings/defaults',
  component: SettingsDefaultsScreen,
});
const settingsBudget = createRoute({
  getParentRoute: () => inside,
  path: '/settings/budget',
  component: SettingsBudgetScreen,
});
const settingsNotifications = createRoute({
  getParentRoute: () => inside,
  path: '/settings/notifications',
  component: SettingsNotificationsScreen,
});
const settingsUsers = createRoute({
  getParentRoute: () => inside,
  path: '/settings/users',
  component: SettingsUsersScreen,
});
const practice = createRoute({ getParentRoute: () => inside, path: '/practice', component: PracticeScreen });

const tree = root.addChildren([
  signIn,
  firstSignIn,
  inside.addChildren([
    home,
    setup,
    setupFields,
    setupUser,
    connect,
    syncFields,
    setupMappings,
    start,
    initialSync,
    activity,
    run,
    errors,
    cause,
    oneError,
    held,
    differences,
    brakes,
    people,
    person,
    companies,
    company,
    opportunities,
    opportunity,
    undo,
    conflicts,
    fields,
    fieldChange,
    settings,
    settingsSync,
    settingsConnection,
    settingsFilters,
    settingsDefaults,
    settingsBudget,
    settingsNotifications,
    settingsUsers,
    practice,
  ]),
]);

export const makeRouter = (client: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { client },
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: Broken,
    defaultPreload: false,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
