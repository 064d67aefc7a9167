/**
 * Forking: finding the leader that a request means, and refusing what must not be forked. A URL is only ever compared with what the team's
 * databases are known by: nothing is connected to, whatever host it names, and the URL itself goes no further than here.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { type App, configVarOf } from '#lib/model/app.ts';
import type { Database, Fork } from '#lib/model/database.ts';
import { allOf } from '#lib/model/page.ts';
import { type Plan, planNamed } from '#lib/model/plans.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound, Problem } from '#lib/model/problem.ts';
import { assertReady, type ReadinessDeps } from '#lib/model/readiness.ts';

export type ForkDeps = ReadinessDeps & Needs<'findDatabase' | 'listDatabases'>;

export interface ForkRequest {
  readonly teamId: string;
  /** The app that gets the follower: names of attachments are looked up on it. */
  readonly app: Pick<App, 'attachments'>;
  /** `redis://h:<password>@<host>:<port>`, `rediss://…`, the leader's name or id, or its attachment (`SESSIONS`) or config var (`SESSIONS_URL`). */
  readonly fork: string;
  readonly plan: Plan;
  readonly withKey: boolean;
}

/** The leader. Throws `not_found`, `operator_required`, `plan_unsupported`, `key_unusable`, `wrong_state`. */
export const findLeader =
  (deps: ForkDeps) =>
  async ({ teamId, app, fork: pasted, plan, withKey }: ForkRequest): Promise<Database> => {
    const fork = pasted.trim();
    const leader = isUrl(fork)
      ? await behindUrl(deps, teamId, fork)
      : await deps.findDatabase(teamId, attachedAs(app, fork) ?? fork);
    if (!leader) throw isUrl(fork) ? noSuchUrl() : notFound('database', fork);
    refuseWithoutKey(leader, withKey);
    refuseSmaller(leader, plan);
    await assertReady(deps, leader, 'be forked');
    if (leader.fork) {
      throw new Problem(
        'wrong_state',
        `Database ${leader.name} follows another one itself. Fork its leader ${leader.fork.leaderName}.`,
        {
          state: leader.status,
        },
      );
    }
    return leader;
  };

/** What a new follower knows of its leader. */
export const forkOf = (leader: Database, at: Date): Fork => ({
  leaderId: leader.id,
  leaderName: leader.name,
  since: at.toISOString(),
  link: 'connecting',
  lagBytes: null,
  caughtUp: false,
});

const isUrl = (fork: string): boolean => /^rediss?:\/\//i.test(fork);

/** The id of the database that the app calls by this attachment or config var. Databases' own names are lower case, so the two never collide. */
const attachedAs = ({ attachments }: Pick<App, 'attachments'>, name: string): string | undefined =>
  attachments.find((each) => each.name === name || configVarOf(each.name) === name)?.databaseId;

/** One text for an unknown host, a wrong port and a wrong password: what a guess got right is not told. */
const noSuchUrl = () =>
  new Problem(
    'not_found',
    "No database of your team has this address and password. Take the URL from its credentials, or give the database's name instead.",
  );

async function behindUrl({ listDatabases }: ForkDeps, teamId: string, text: string): Promise<Database | null> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url) return null;
  const port = Number(url.port || 6379);
  const own = await allOf((after) => listDatabases(teamId, { after, limit: 100 }));
  const there = own.find(
    ({ endpoint }) => endpoint?.host === url.hostname && (endpoint.port === port || endpoint.tlsPort === port),
  );
  const known = Buffer.from(there?.passwordSha256 ?? '0'.repeat(64), 'hex');
  const matches = timingSafeEqual(createHash('sha256').update(passwordIn(url)).digest(), known);
  return there && matches ? there : null;
}

function passwordIn({ password }: URL): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** Source: the seed, "Limitations": no automated way from a customer's key to the platform's. */
function refuseWithoutKey({ name, keyArn }: Database, withKey: boolean): void {
  if (withKey || !keyArn) return;
  throw new Problem(
    'operator_required',
    `Database ${name} is encrypted under a customer key, so its fork needs a key of yours too: name one as its encryption key. To stop using a customer key, contact the operator.`,
    { database: name },
  );
}

function refuseSmaller(leader: Database, plan: Plan): void {
  const needed = planNamed(leader.plan)?.memoryMb ?? 0;
  if (plan.memoryMb >= needed) return;
  throw new Problem(
    'plan_unsupported',
    `Plan ${plan.name} has ${plan.memoryMb} MiB, and the data of ${leader.name} may need ${needed} MiB. Choose a plan that is at least as large.`,
    { plan: plan.name },
  );
}
