/** Promise 6 as code: at rest, everybody who should have been told was, of each fact and once, and nobody of another team's things. */
import type { Database } from '#lib/model/database.ts';
import type { Entry } from '#lib/model/entry.ts';
import { isOver, type Lockout, type LockoutState } from '#lib/model/lockout.ts';
import type { Fact } from '#lib/model/outbox-message.ts';
import type { Row } from '#simulation/memory-table.ts';
import { teams, type World } from './world.ts';

const rowsOf = <T>({ table }: World, prefix: string): (T & Row)[] =>
  table.rows('TEAM#').filter(({ sk }) => sk.startsWith(prefix)) as unknown as (T & Row)[];
const entriesOf = ({ table }: World, teamId: string): Entry[] =>
  table.rows(`TIMELINE#${teamId}`).filter(({ sk }) => sk.startsWith('ENTRY#')) as unknown as Entry[];

/** `once`: nothing happened by which a mail that went out could become unknown. */
export const brokenNotices = (world: World, { once }: { once: boolean }): string[] => [
  ...rowsOf<Lockout>(world, 'LOCKOUT#').flatMap((lockout) => untold(world, lockout)),
  ...notices(world, once),
  ...teams.flatMap((team) => foreignEntries(world, team)),
];

const factOf: { readonly [S in LockoutState]?: Fact } = {
  waiting: 'lockout_opened',
  stopped: 'databases_stopped',
  restored: 'databases_restored',
  cancelled: 'lockout_cancelled',
};

/** Admins of the app of a database that was there when it began and is there still, and belonged to nobody else all along. */
function untold(world: World, lockout: Lockout): string[] {
  const facts = [...new Set(lockout.steps.flatMap(({ state }) => factOf[state] ?? []))];
  const admins = rowsOf<Database>(world, 'DB#')
    .filter((database) => database.keyId === lockout.keyId && wasThere(world, database, lockout))
    .flatMap(
      ({ appId }) =>
        rowsOf<{ id: string; admins: string[] }>(world, 'APP#').find(({ id }) => id === appId)?.admins ?? [],
    );
  const known = rowsOf<{ sentAt?: string; admin: string; failure?: { reason: string } | null }>(
    world,
    `NOTICE#${lockout.id}#`,
  );
  /** What was told by what followed counts, too. */
  const sent = known.filter(({ sentAt, failure }) => sentAt || failure?.reason === 'folded');
  const missing = [...new Set(admins)].flatMap((admin) =>
    facts
      .filter((fact) => !sent.some((row) => row.sk.includes(`#${fact}#`) && row.admin === admin))
      .map((fact) => `${admin} of ${fact}`),
  );
  return missing.map(
    (each) => `nobody told ${each} (${lockout.id}, ${isOver(lockout.state) ? 'over' : lockout.state})`,
  );
}

function wasThere(
  world: World,
  { id, teamId, appId, attachments, status, fork }: Database,
  { openedAt }: Lockout,
): boolean {
  if (fork || attachments.length !== 1 || attachments[0]?.appId !== appId || !['available', 'stopped'].includes(status))
    return false;
  const its = entriesOf(world, teamId).filter(({ subject }) => subject.databaseId === id);
  return (
    its.some(({ type, at }) => type === 'DatabaseCreated' && at < openedAt) &&
    !its.some(({ type }) => type === 'DatabasePromoted')
  );
}

/** Each notice is of a mail that went out; each mail is of a notice. One that nobody knows of is still claimed, or its database went meanwhile. */
function notices({ table, mails }: World, once: boolean): string[] {
  const rows = table.rows('TEAM#').filter(({ sk }) => sk.startsWith('NOTICE#'));
  const pairs = Map.groupBy(rows, ({ sk, admin }) => `${sk.split('#')[1]} ${admin}`);
  return [...pairs].flatMap(([pair, its]) => {
    const [lockoutId = '', admin] = pair.split(' ');
    const sent = mails.filter(({ to, mail }) => to === admin && mail.text.includes(lockoutId)).length;
    return sent < its.filter(({ sentAt }) => sentAt).length || (once && sent > its.length)
      ? [`${admin} has ${sent} mails for ${its.length} facts of ${lockoutId}`]
      : [];
  });
}

/** By their names and ids, teams are told apart in whatever an entry says. */
function foreignEntries(world: World, team: string): string[] {
  const others = teams.filter((other) => other !== team).flatMap((other) => [other, other.replace('_', '-')]);
  return entriesOf(world, team).flatMap(({ seq, type, ...entry }) =>
    others.some((other) => JSON.stringify(entry).includes(other))
      ? [`entry ${seq} of ${team}, ${type}, tells of another team`]
      : [],
  );
}
