/** Telling the admins of affected apps: one mail per admin and fact, however often it's asked for. */
import type { App } from '#lib/apps/app.ts';
import type { Clock } from '#lib/clock.ts';
import type { Database } from '#lib/databases/database.ts';
import type { Lockout } from '#lib/lockouts/lockout.ts';
import { log } from '#lib/log.ts';
import type { Fact, NoticeRequest } from '#lib/outbox/effect.ts';
import type { Record } from '#lib/outbox/record.ts';
import { Transient } from '#lib/problem.ts';
import { chunks } from '#lib/store/databases.ts';
import { type NoticeStore, noticeInTimeline, type SentNotice } from '#lib/store/notices.ts';
import type { Page } from '#lib/store/table.ts';
import type { NewEntry } from '#lib/timeline/entry.ts';
import type { AffectedDatabase, Mail, Notice } from './notice.ts';

export interface NotifyDeps extends NoticeStore {
  readonly lockoutById: (teamId: string, id: string) => Promise<Lockout | null>;
  readonly teamById: (teamId: string) => Promise<{ readonly name: string } | null>;
  readonly databasesOnKey: (keyArn: string, query: { after: string | null; limit: number }) => Promise<Page<Database>>;
  readonly appsById: (teamId: string, ids: readonly string[]) => Promise<App[]>;
  readonly render: (notice: Notice) => Mail;
  readonly sendMail: (to: string, mail: Mail) => Promise<string>;
  readonly record: Record;
  readonly now: Clock;
}

/** Throws `Transient` while some admin could not be told, whatever kept that one; the others are told, and not again. */
export const notifyAdmins =
  (deps: NotifyDeps) =>
  async (request: NoticeRequest): Promise<void> => {
    const lockout = await deps.lockoutById(request.teamId, request.lockoutId);
    if (!lockout) return;
    const team = (await deps.teamById(request.teamId))?.name ?? request.teamId;
    const byAdmin = await affectedByAdmin(deps, lockout, request.fact === 'attention_needed');
    const told: (SentNotice | null)[] = [];
    for (const [admin, databases] of byAdmin) {
      const notice = noticeFor({ request, lockout, team, databases, at: deps.now() });
      told.push(await tell(deps, { request, admin, notice }));
    }
    const sent = told.filter((each) => each !== null);
    await recordTold(deps, lockout, { fact: request.fact, sent });
    const failed = told.length - sent.length;
    if (failed > 0) throw new Transient(`${failed} of ${told.length} admins could not be told yet`);
  };

interface Telling {
  readonly request: NoticeRequest;
  readonly admin: string;
  readonly notice: Notice;
}

/**
 * Now or before; null while it has not reached SES, as far as anybody noted. Once SES has the mail, the claim is never given back: whatever happens
 * then, it is not sent again while anybody knows of it.
 */
async function tell(deps: NotifyDeps, { request, admin, notice }: Telling): Promise<SentNotice | null> {
  if (!(await deps.claimNotice(request, admin, deps.now()))) return deps.sentNotice(request, admin);
  const messageId = await sent(deps, { request, admin, notice });
  if (messageId === null) {
    await deps.noticeFailed(request, admin);
    return null;
  }
  return noted(() => deps.noticeSent(request, admin, { at: deps.now(), messageId }));
}

/** Null: it is not on its way. */
async function sent(deps: NotifyDeps, { request, admin, notice }: Telling): Promise<string | null> {
  try {
    return await deps.sendMail(admin, deps.render(notice));
  } catch (error) {
    if (!(error instanceof Transient)) log.error('A notice could not be made', { lockoutId: request.lockoutId, fact: request.fact, error });
    return null;
  }
}

/** A mail that nobody noted is sent once more when its claim is void, so the note is worth some patience. */
const notes = 5;

async function noted(note: () => Promise<SentNotice>): Promise<SentNotice | null> {
  for (let attempt = 0; attempt < notes; attempt++) {
    try {
      return await note();
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
    }
  }
  return null;
}

interface Facts {
  readonly request: NoticeRequest;
  readonly lockout: Lockout;
  readonly team: string;
  readonly databases: readonly AffectedDatabase[];
  readonly at: Date;
}

const noticeFor = ({ request, lockout, team, databases, at }: Facts): Notice => ({
  fact: request.fact,
  team,
  keyArn: lockout.keyArn,
  lockoutId: lockout.id,
  cause: lockout.cause,
  openedAt: lockout.openedAt,
  deadline: lockout.deadline,
  at: at.toISOString(),
  databases,
});

async function affectedByAdmin(deps: NotifyDeps, lockout: Lockout, withTrouble: boolean): Promise<Map<string, AffectedDatabase[]>> {
  const databases = (await onKey(deps, lockout.keyArn)).filter(({ status }) => concerned(status, withTrouble));
  const appIds = [...new Set(databases.flatMap(appsOf))];
  const apps = new Map((await inChunks(appIds, (ids) => deps.appsById(lockout.teamId, ids))).map((app) => [app.id, app]));
  const byAdmin = new Map<string, AffectedDatabase[]>();
  for (const database of databases) {
    const its = appsOf(database).flatMap((id) => apps.get(id) ?? []);
    const affected: AffectedDatabase = {
      name: database.name,
      plan: database.plan,
      status: database.status,
      apps: its.map(({ name }) => name),
      trouble: withTrouble ? (database.failure?.detail ?? null) : null,
    };
    for (const admin of new Set(its.flatMap(({ admins }) => admins))) byAdmin.set(admin, [...(byAdmin.get(admin) ?? []), affected]);
  }
  return byAdmin;
}

/** What is coming or going has no part in the lockout; what failed is only told of as trouble. */
const concerned = (status: Database['status'], withTrouble: boolean): boolean =>
  status !== 'destroying' && status !== 'creating' && (status !== 'failed' || withTrouble);

/** Where it is attached, else the app that it was created for. */
const appsOf = ({ attachments, appId }: Database): string[] =>
  attachments.length > 0 ? attachments.map((attachment) => attachment.appId) : [appId];

async function onKey(deps: NotifyDeps, keyArn: string): Promise<Database[]> {
  const databases: Database[] = [];
  let after: string | null = null;
  do {
    const page: Page<Database> = await deps.databasesOnKey(keyArn, { after, limit: 200 });
    databases.push(...page.items);
    after = page.cursor;
  } while (after);
  return databases;
}

const inChunks = async <T>(ids: readonly string[], read: (ids: readonly string[]) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all(chunks(ids, 100).map(read))).flat();

/** A transaction takes a hundred items. */
const inOneEntry = 50;

/** What the timeline does not tell yet: also of a worker before this one, who died or lost the race for the chain once the mails were out. */
async function recordTold(deps: NotifyDeps, lockout: Lockout, { fact, sent }: { fact: Fact; sent: readonly SentNotice[] }): Promise<void> {
  const missing = sent.filter(({ inTimeline }) => inTimeline === false);
  for (const notices of chunks(missing, inOneEntry)) {
    const mails = notices.map(({ admin, messageId }) => ({ to: admin, messageId }));
    const entry: NewEntry = {
      type: 'AdminsNotified',
      actor: { kind: 'workflow', id: 'notifications' },
      subject: { lockoutId: lockout.id, keyId: lockout.keyId },
      data: { fact, admins: mails.map(({ to }) => to), mails },
    };
    await deps.record({ teamId: lockout.teamId, at: deps.now(), changes: notices.map(noticeInTimeline), entries: [entry] });
  }
}
