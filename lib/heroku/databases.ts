/** What the CLI's `redis:info`, `redis:wait`, `redis:credentials` and `redis:cli` ask of a database. */

import type { Credentials, Database } from '#lib/model/database.ts';
import type { Measurement } from '#lib/model/fleet.ts';
import { isId } from '#lib/model/ids.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { addonNamed, type FindDeps, situationsOf } from './find.ts';
import { notYet, presentCauseIn, unreadable } from './lockout.ts';
import { infoRows, type Seen, statusOf } from './redis.ts';
import type { Answer, HerokuRequest } from './route.ts';

export type RedisDeps = FindDeps &
  Needs<'now'> & {
    readonly credentialsOf: (database: Database) => Promise<Credentials>;
    readonly forkNow: (database: Database) => Promise<Database>;
    readonly measureNow: (database: Database) => Promise<Measurement | null>;
  };

type Request = HerokuRequest<unknown>;

export const herokuDatabases = (deps: RedisDeps) => ({
  get: async ({ teamId, path }: Request): Promise<Answer> => {
    const nameOrId = path('database');
    const database = await addonNamed(deps, teamId, nameOrId);
    const seen = await seenNow(deps, database);
    const url = await urlOf(deps, seen, isId('db', nameOrId));
    const { plan, name, keyArn, createdAt } = database;
    const body = {
      name,
      plan,
      version: seen.measured?.version ?? null,
      created_at: createdAt,
      prefer_native_tls: true,
      resource_url: url,
      customer_encryption_key: keyArn,
      info: infoRows(seen),
    };
    return { body };
  },

  wait: async ({ teamId, path }: Request): Promise<Answer> => {
    const database = await addonNamed(deps, teamId, path('database'));
    const seen = await seenNow(deps, database);
    const { status, failure } = database;
    if (status === 'failed')
      throw new Problem('wrong_state', `${database.name} failed: ${failure?.detail ?? 'nobody knows why.'}`, {
        state: status,
      });
    if (status === 'destroying')
      throw new Problem('wrong_state', `${database.name} is being destroyed.`, { state: status });
    const waiting = status !== 'available' && !seen.database.fork?.caughtUp;
    return { body: { 'waiting?': waiting, message: statusOf(seen) } };
  },
});

async function seenNow(deps: RedisDeps, database: Database): Promise<Seen> {
  const [asOfNow, measured, situations] = await Promise.all([
    deps.forkNow(database),
    deps.measureNow(database),
    situationsOf(deps, [database]),
  ]);
  return { database: asOfNow, measured, situation: situations.get(database.keyId ?? '') ?? null, now: deps.now() };
}

/**
 * The CLI asks by name to show a URL, and then words may stand in its place; it asks by id to connect, and then only a URL will do. Throws
 * `key_unusable`, `wrong_state` in the second case.
 */
async function urlOf(deps: RedisDeps, { database, situation }: Seen, toConnect: boolean): Promise<string> {
  try {
    return (await deps.credentialsOf(database)).tlsUrl;
  } catch (error) {
    if (!(error instanceof Problem) || (error.code !== 'key_unusable' && error.code !== 'wrong_state')) throw error;
    const words = error.code === 'key_unusable' ? unreadable(database, presentCauseIn(situation)) : notYet(database);
    if (!toConnect) return words;
    throw new Problem(error.code, `Database ${database.name} cannot be reached now ${words}.`, error.extra);
  }
}
