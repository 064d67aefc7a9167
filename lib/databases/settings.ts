/** The settings of a database's service: the plan's defaults and the owners' overrides. */

import { type AssertReadyDeps, assertReady } from '#lib/model/assert-ready.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database, Settings } from '#lib/model/database.ts';
import type { ServiceSettings } from '#lib/model/fleet.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { assertDone } from '#lib/model/outcome.ts';
import type { Plan } from '#lib/model/plans.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { invalidValue } from '#lib/model/problem.ts';
import type { DatabaseRequest } from '#lib/model/request.ts';
import { requireDatabase } from '#lib/model/require.ts';
import { subjectOf } from './create.ts';
import { planOf } from './fitting.ts';

/** Redis's behaviour when its memory is full. Source: Redis's manual, "Key eviction". */
export const evictionPolicies = {
  noeviction: 'returns errors when memory limit is reached',
  'allkeys-lfu': 'removes less frequently used keys first',
  'volatile-lfu': 'removes less frequently used keys first that have an expiry set',
  'allkeys-lru': 'removes less recently used keys first',
  'volatile-lru': 'removes less recently used keys first that have an expiry set',
  'allkeys-random': 'evicts random keys',
  'volatile-random': 'evicts random keys but only those that have an expiry set',
  'volatile-ttl': 'only evicts keys with an expiry set and a short TTL',
} as const;

export const longestIdleSeconds = 7 * 24 * 60 * 60;

export const serviceSettings = (
  { memoryMb, maxClients, evictionPolicy }: Plan,
  settings: Settings = {},
): Required<ServiceSettings> => ({
  memoryMb,
  maxClients,
  evictionPolicy: settings.evictionPolicy ?? evictionPolicy,
  idleTimeoutSeconds: settings.idleTimeoutSeconds ?? 0,
  keyspaceEvents: settings.keyspaceEvents ?? '',
});

export const settingsOf = ({ plan, settings }: Pick<Database, 'plan' | 'settings'>) =>
  serviceSettings(planOf(plan), settings);

export type ConfigureDeps = AssertReadyDeps & Needs<'findDatabase' | 'commit' | 'now'> & NeedsFleet<'configure'>;

export interface ConfigureRequest extends DatabaseRequest {
  /** Settings that are absent keep their values. */
  readonly settings: Settings;
}

/**
 * The service receives the settings before they are committed: a repeat after a crash between the two has the same
 * result. Throws `not_found`, `invalid_request`, `key_unusable`, `wrong_state`.
 */
export const configureDatabase =
  (deps: ConfigureDeps) =>
  ({ teamId, actor, database: nameOrId, settings }: ConfigureRequest): Promise<Database> =>
    retryOnConflict(async () => {
      const database = await requireDatabase(deps)(teamId, nameOrId);
      assertSettings(settings);
      await assertReady(deps, database, { doing: 'be configured' });
      const configured: Database = { ...database, settings: { ...database.settings, ...settings } };
      assertDone([await (await deps.fleet()).configure(database.serverId, settingsOf(configured))]);
      const data = { name: database.name, settings: { ...settings } as { [name: string]: string | number } };
      const entry = { type: 'DatabaseConfigured' as const, actor, subject: subjectOf(database), data };
      await deps.commit({ teamId, at: deps.now(), changes: [databaseSaved(configured)], entries: [entry] });
      return configured;
    });

function assertSettings({ evictionPolicy, idleTimeoutSeconds, keyspaceEvents }: Settings): void {
  if (evictionPolicy !== undefined && !Object.hasOwn(evictionPolicies, evictionPolicy)) {
    throw invalidSetting(
      'evictionPolicy',
      `There is no policy ${evictionPolicy}. Choose one of ${Object.keys(evictionPolicies).join(', ')}.`,
    );
  }
  if (
    idleTimeoutSeconds !== undefined &&
    !(Number.isInteger(idleTimeoutSeconds) && idleTimeoutSeconds >= 0 && idleTimeoutSeconds <= longestIdleSeconds)
  ) {
    throw invalidSetting(
      'idleTimeoutSeconds',
      `A timeout is a whole number of seconds, at most ${longestIdleSeconds}; 0 means that idle connections stay.`,
    );
  }
  if (keyspaceEvents !== undefined) assertKeyspaceEvents(keyspaceEvents);
}

/** Source: Redis's manual, "Redis keyspace notifications": without K or E nothing is published. */
function assertKeyspaceEvents(events: string): void {
  if (!/^[KEg$lshzxetdmnA]*$/.test(events)) {
    throw invalidSetting(
      'keyspaceEvents',
      'Keyspace events are letters out of K E g $ l s h z x e t d m n A, as in AKE; none switches them off.',
    );
  }
  if (events !== '' && !/[KE]/.test(events))
    throw invalidSetting('keyspaceEvents', 'Without K or E Redis publishes nothing: add one, as in AKE.');
}

const invalidSetting = (name: string, detail: string) => invalidValue(`/${name}`, detail);
