/** Changes of a running database: its plan, its service's settings, and its maintenance. */
import * as z from 'zod/mini';
import { maintenanceResult } from '#lib/databases/maintenance-result.ts';
import { windowOf, windowText } from '#lib/databases/maintenance-window.ts';
import { evictionPolicies, longestIdleSeconds, settingsOf } from '#lib/databases/settings.ts';
import { type Database, type PastMaintenance, weekdays } from '#lib/model/database.ts';
import { type Infer, lazily, lazyObject } from '#lib/model/schema.ts';
import { DatabaseView, PlanName } from './databases.ts';
import { operation, time } from './operation.ts';

export const ChangePlan = operation({
  id: 'changePlan',
  route: 'PATCH /v1/databases/{database}/plan',
  summary: 'Moves a running database to another plan; its data, address and connections stay',
  scope: 'write',
  body: () => z.strictObject({ plan: PlanName().check(z.describe('See GET /v1/plans')) }),
  response: DatabaseView,
  problems: ['plan_unsupported', 'key_unusable', 'wrong_state', 'unavailable'],
});

const policies = Object.keys(evictionPolicies) as (keyof typeof evictionPolicies)[];
const EvictionPolicy = lazily(() =>
  z.enum(policies, `One of ${policies.join(', ')}`).check(z.describe("Redis's behaviour when its memory is full")),
);
const IdleTimeout = lazily(() =>
  z
    .int()
    .check(
      z.minimum(0),
      z.maximum(longestIdleSeconds),
      z.describe('Seconds until an idle connection is closed; 0: never'),
    ),
);
const KeyspaceEvents = lazily(() =>
  z
    .string()
    .check(
      z.regex(
        /^([KEg$lshzxetdmnA]*[KE][KEg$lshzxetdmnA]*)?$/,
        'Letters of K E g $ l s h z x e t d m n A, including K or E; or empty',
      ),
      z.maxLength(40),
      z.describe("The keyspace notifications that Redis publishes, in Redis's letters, such as `AKE`; empty: none"),
    ),
);

const SettingsView = lazyObject(() => ({
  evictionPolicy: EvictionPolicy(),
  idleTimeoutSeconds: IdleTimeout(),
  keyspaceEvents: KeyspaceEvents(),
}));

export function settingsView(database: Database): Infer<typeof SettingsView> {
  const { evictionPolicy, idleTimeoutSeconds, keyspaceEvents } = settingsOf(database);
  return { evictionPolicy: EvictionPolicy().parse(evictionPolicy), idleTimeoutSeconds, keyspaceEvents };
}

export const ReadSettings = operation({
  id: 'readSettings',
  route: 'GET /v1/databases/{database}/settings',
  summary: "The settings of a database's service: the plan's defaults and the team's changes",
  scope: 'read',
  response: SettingsView,
});

export const ChangeSettings = operation({
  id: 'changeSettings',
  route: 'PATCH /v1/databases/{database}/settings',
  summary: 'Changes settings of a running database, at once and for later starts; omitted settings keep their values',
  scope: 'write',
  body: () =>
    z.pipe(
      z
        .strictObject({
          evictionPolicy: z.exactOptional(EvictionPolicy()),
          idleTimeoutSeconds: z.exactOptional(IdleTimeout()),
          keyspaceEvents: z.exactOptional(KeyspaceEvents()),
        })
        .check(
          z.refine((settings) => Object.keys(settings).length > 0, 'Name at least one setting'),
          z.meta({ minProperties: 1 }),
        ),
      z.transform((settings) => ({ settings })),
    ),
  response: SettingsView,
  problems: ['key_unusable', 'wrong_state'],
});

export const Window = lazily(() =>
  z
    .strictObject({
      day: z.enum(weekdays),
      time: z.string().check(z.maxLength(5), z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'As in 04:00')),
    })
    .check(z.describe('A weekly window of four hours, in UTC')),
);

const ProgramVersions = lazyObject(() => ({
  service: z.string().check(z.describe('The version of Valkey or Redis')),
  system: z.string().check(z.describe("The operating system's release")),
}));

const MaintenanceView = lazyObject(() => ({
  window: Window(),
  windowText: z.string().check(z.describe('For example `Mondays 10:00 to 14:00 UTC`')),
  scheduledFor: z.nullable(time()),
  startedAt: z.nullable(time()).check(z.describe('Set while maintenance is in progress')),
  past: z
    .array(
      z.object({
        scheduledFor: z.nullable(time()),
        startedAt: time(),
        endedAt: time(),
        failure: z.nullable(z.string()).check(z.describe('Null if it succeeded')),
        result: z.nullable(z.string()).check(z.describe('What was upgraded, in words; null if it failed')),
        versions: z
          .nullable(z.object({ before: ProgramVersions(), after: ProgramVersions() }))
          .check(z.describe('Null if the fleet does not report them')),
      }),
    )
    .check(z.describe('The most recent maintenances, newest first')),
}));

export function maintenanceView(database: Database): Infer<typeof MaintenanceView> {
  const { scheduledFor = null, startedAt = null, past = [] } = database.maintenance ?? {};
  const window = windowOf(database);
  return { window, windowText: windowText(window), scheduledFor, startedAt, past: past.map(pastView) };
}

const pastView = (past: PastMaintenance) => ({
  ...past,
  result: maintenanceResult(past),
  versions: past.versions ?? null,
});

export const GetMaintenance = operation({
  id: 'getMaintenance',
  route: 'GET /v1/databases/{database}/maintenance',
  summary:
    "When a database's service is saved and restarted with the newest version, and the results of past maintenances",
  scope: 'read',
  response: MaintenanceView,
});

export const SetMaintenanceWindow = operation({
  id: 'setMaintenanceWindow',
  route: 'PATCH /v1/databases/{database}/maintenance',
  summary: "Sets a database's weekly window; an existing schedule stays",
  scope: 'write',
  body: () => z.strictObject({ window: Window() }),
  response: MaintenanceView,
});

export const ScheduleMaintenance = operation({
  id: 'scheduleMaintenance',
  route: 'POST /v1/databases/{database}/maintenance/schedule',
  summary:
    'Schedules maintenance in the first window after a number of weeks, or postpones an existing schedule by them',
  scope: 'write',
  body: () => z.strictObject({ weeks: z._default(z.int().check(z.minimum(0), z.maximum(52)), 0) }),
  response: MaintenanceView,
  problems: ['wrong_state'],
});

export const RunMaintenance = operation({
  id: 'runMaintenance',
  route: 'POST /v1/databases/{database}/maintenance/runs',
  summary: 'Starts maintenance now: clients are disconnected for a moment, and the data stays',
  scope: 'write',
  response: MaintenanceView,
  status: 202,
  problems: ['key_unusable', 'key_degraded', 'wrong_state'],
});
