/** Serves the CLI's `redis:info`, `redis:wait`, `redis:credentials` and `redis:cli`. */

import type { Credentials, Database } from '#lib/model/database.ts';
import type { Measurement } from '#lib/model/fleet.ts';
import { isId } from '#lib/model/ids.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem, wrongState } from '#lib/model/problem.ts';
import { notReady, presentCauseIn, unreadable } from './lockout.ts';
import { infoRows, type RedisView, statusOf } from './redis.ts';
import { addonNamed, type FindDeps, situationsOf } from './resolve.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';

export type RedisDeps = FindDeps &
  Needs<'now'> & {
    readonly credentialsOf: (database: Database) => Promise<Credentials>;
    readonly forkNow: (database: Database) => Promise<Database>;
    readonly measureNow: (database: Database) => Promise<Measurement | null>;
  };

export const herokuDatabases = (deps: RedisDeps) => ({
  get: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const nameOrId = path('database');
    const database = await addonNamed(deps, teamId, nameOrId);
    const view = await observe(deps, database);
    const url = await urlOf(deps, view, isId('db', nameOrId));
    const { plan, name, keyArn, createdAt } = database;
    const body = {
      name,
      plan,
      version: view.measured?.version ?? null,
      created_at: createdAt,
      prefer_native_tls: true,
      resource_url: url,
      customer_encryption_key: keyArn,
      info: infoRows(view),
    };
    return { body };
  },

  wait: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const database = await addonNamed(deps, teamId, path('database'));
    const view = await observe(deps, database);
    const { status, failure } = database;
    if (status === 'failed')
      throw wrongState(status, `${database.name} failed: ${failure?.detail ?? 'the cause is unknown.'}`);
    if (status === 'destroying') throw wrongState(status, `${database.name} is being destroyed.`);
    const waiting = status !== 'available' && !view.database.fork?.caughtUp;
    return { body: { 'waiting?': waiting, message: statusOf(view) } };
  },
});

async function observe(deps: RedisDeps, database: Database): Promise<RedisView> {
  const [withLag, measured, situations] = await Promise.all([
    deps.forkNow(database),
    deps.measureNow(database),
    situationsOf(deps, [database]),
  ]);
  return { database: withLag, measured, situation: situations.get(database.keyId ?? '') ?? null, now: deps.now() };
}

/**
 * The CLI requests a database by name to display its URL, where a text may replace it, and by id to connect, where this
 * throws `key_unusable` or `wrong_state` instead.
 */
async function urlOf(deps: RedisDeps, { database, situation }: RedisView, toConnect: boolean): Promise<string> {
  try {
    return (await deps.credentialsOf(database)).tlsUrl;
  } catch (error) {
    if (!(error instanceof Problem) || (error.code !== 'key_unusable' && error.code !== 'wrong_state')) throw error;
    const placeholder =
      error.code === 'key_unusable' ? unreadable(database, presentCauseIn(situation)) : notReady(database);
    if (!toConnect) return placeholder;
    throw new Problem(error.code, `Database ${database.name} cannot be reached now ${placeholder}.`, error.extra);
  }
}
