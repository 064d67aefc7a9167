/**
 * Finds the leader for a fork, and checks whether it can be forked. A URL is compared with the team's databases and
 * never connected to or stored.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { type App, configVarOf } from '#lib/model/app.ts';
import { type AssertReadyDeps, assertReady } from '#lib/model/assert-ready.ts';
import type { Database, Fork } from '#lib/model/database.ts';
import { allOfTeam } from '#lib/model/page.ts';
import { type Plan, planNamed } from '#lib/model/plans.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound, Problem, wrongState } from '#lib/model/problem.ts';
import { assertMemory } from './fitting.ts';

export type ForkDeps = AssertReadyDeps & Needs<'findDatabase' | 'listDatabases'>;

export interface ForkRequest {
  readonly teamId: string;
  /** The app that gets the follower; attachments are resolved on it. */
  readonly app: Pick<App, 'attachments'>;
  /**
   * `redis://h:<password>@<host>:<port>`, `rediss://…`, the leader's name, id, attachment (`SESSIONS`) or config var
   * (`SESSIONS_URL`).
   */
  readonly fork: string;
  readonly plan: Plan;
  readonly withKey: boolean;
}

/** Throws `not_found`, `operator_required`, `plan_unsupported`, `key_unusable`, `wrong_state`. */
export const findLeader =
  (deps: ForkDeps) =>
  async ({ teamId, app, fork: text, plan, withKey }: ForkRequest): Promise<Database> => {
    const fork = text.trim();
    const leader = isUrl(fork)
      ? await findByUrl(deps, teamId, fork)
      : await deps.findDatabase(teamId, attachedDatabaseId(app, fork) ?? fork);
    if (!leader) throw isUrl(fork) ? urlNotFound() : notFound('database', fork);
    assertWithKey(leader, withKey);
    assertMemory(plan, memoryOf(leader), { subject: `the data of ${leader.name} may need` });
    await assertReady(deps, leader, { doing: 'be forked' });
    if (leader.fork) {
      throw wrongState(
        leader.status,
        `Database ${leader.name} is a follower itself. Fork its leader ${leader.fork.leaderName}.`,
      );
    }
    return leader;
  };

export const forkOf = (leader: Database, at: Date): Fork => ({
  leaderId: leader.id,
  leaderName: leader.name,
  since: at.toISOString(),
  link: 'connecting',
  lagBytes: null,
  caughtUp: false,
});

const memoryOf = ({ plan }: Database): number => planNamed(plan)?.memoryMb ?? 0;

const isUrl = (fork: string): boolean => /^rediss?:\/\//i.test(fork);

/** Databases' own names are lower case, so that attachments and names cannot collide. */
const attachedDatabaseId = ({ attachments }: Pick<App, 'attachments'>, name: string): string | undefined =>
  attachments.find((each) => each.name === name || configVarOf(each.name) === name)?.databaseId;

/** One text for an unknown host, a wrong port and a wrong password, so that guesses learn nothing. */
const urlNotFound = () =>
  new Problem(
    'not_found',
    'No database of your team has this address and password. Take the URL from its credentials, or give the ' +
      "database's name instead.",
  );

async function findByUrl({ listDatabases }: ForkDeps, teamId: string, text: string): Promise<Database | null> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url) return null;
  const port = Number(url.port || 6379);
  const databases = await allOfTeam(listDatabases, teamId);
  const candidate = databases.find(
    ({ endpoint }) => endpoint?.host === url.hostname && (endpoint.port === port || endpoint.tlsPort === port),
  );
  const storedHash = Buffer.from(candidate?.passwordSha256 ?? '0'.repeat(64), 'hex');
  const matches = timingSafeEqual(createHash('sha256').update(passwordIn(url)).digest(), storedHash);
  return candidate && matches ? candidate : null;
}

function passwordIn({ password }: URL): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** Moving data from a customer's key to the platform's key is left to the operator (promise 8). */
function assertWithKey({ name, keyArn }: Database, withKey: boolean): void {
  if (withKey || !keyArn) return;
  throw new Problem(
    'operator_required',
    `Database ${name} is encrypted under a customer key, so its fork needs a key of yours too: ` +
      'name one as its encryption key. To stop using a customer key, contact the operator.',
    { database: name },
  );
}
