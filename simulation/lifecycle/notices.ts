/** Promise 6 as invariants: at rest, every recipient got each notice once, and none about another team. */
import type { Database } from '#lib/model/database.ts';
import type { Entry } from '#lib/model/entry.ts';
import { isOver, type Lockout } from '#lib/model/lockout.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import type { NoticeKind } from '#lib/model/outbox-message.ts';
import type { Row } from '#simulation/memory-table.ts';
import { teams, type World } from './world.ts';

const rowsOf = <T>({ table }: World, prefix: string): (T & Row)[] =>
  table.rows('TEAM#').filter(({ sk }) => sk.startsWith(prefix)) as unknown as (T & Row)[];
const entriesOf = ({ table }: World, teamId: string): Entry[] =>
  table.rows(`TIMELINE#${teamId}`).filter(({ sk }) => sk.startsWith('ENTRY#')) as unknown as Entry[];

/** `once`: no fault could lose the record of a sent mail, so each mail was sent exactly once. */
export const brokenNotices = (world: World, { once }: { once: boolean }): string[] => [
  ...rowsOf<Lockout>(world, 'LOCKOUT#').flatMap((lockout) => missingNotices(world, lockout)),
  ...notices(world, once),
  ...teams.flatMap((team) => foreignEntries(world, team)),
];

const noticeOf: { readonly [S in LockoutState]?: NoticeKind } = {
  waiting: 'lockout_opened',
  stopped: 'databases_stopped',
  restored: 'databases_restored',
  cancelled: 'lockout_cancelled',
};

/** Admins without a notice, of apps whose only database existed before the lockout and still exists. */
function missingNotices(world: World, lockout: Lockout): string[] {
  const facts = [...new Set(lockout.steps.flatMap(({ state }) => noticeOf[state] ?? []))];
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
  /** A notice that was folded into a later one counts as sent. */
  const sent = known.filter(({ sentAt, failure }) => sentAt || failure?.reason === 'folded');
  const missing = [...new Set(admins)].flatMap((admin) =>
    facts
      .filter((fact) => !sent.some((row) => row.sk.includes(`#${fact}#`) && row.admin === admin))
      .map((fact) => `${admin} of ${fact}`),
  );
  return missing.map(
    (each) => `no notice to ${each} (${lockout.id}, ${isOver(lockout.state) ? 'over' : lockout.state})`,
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

/** Compares notices and mails. A mail without a notice is still claimed, or its database was destroyed meanwhile. */
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

/** Entries that contain the name or the id of another team. */
function foreignEntries(world: World, team: string): string[] {
  const others = teams.filter((other) => other !== team).flatMap((other) => [other, other.replace('_', '-')]);
  return entriesOf(world, team).flatMap(({ seq, type, ...entry }) =>
    others.some((other) => JSON.stringify(entry).includes(other))
      ? [`entry ${seq} of ${team}, ${type}, tells of another team`]
      : [],
  );
}
