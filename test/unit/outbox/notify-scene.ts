/** The admins of two apps, whose databases are on one key, and the dependencies of notifying them. */
import type { App } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import type { NoticeRow } from '#lib/model/items/notices.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Notice, NoticeFailure } from '#lib/model/notice.ts';
import type { LockoutNoticeRequest, NoticeRequest } from '#lib/model/outbox-message.ts';
import { Transient } from '#lib/model/problem.ts';
import { type Recipient, recipientId } from '#lib/model/recipient.ts';
import { notifyRecipients } from '#lib/notifications/notify.ts';
import { aDatabase, aLockout, anApp, anId, at, teamId } from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

export const apps = [
  anApp({ admins: ['ann@example.com', 'both@example.com'] }),
  anApp({ id: anId('app', 2), name: 'second-app', admins: ['ben@example.com', 'both@example.com'] }),
];
export const on = (appNumber: number) => ({ attachments: [{ appId: anId('app', appNumber), name: 'REDIS' }] });
export const rows = [
  aDatabase({ name: 'first-db', ...on(1) }),
  aDatabase({ id: anId('db', 2), name: 'second-db', ...on(2) }),
];
/** Reading the stored notice of this address always fails. */
export const unreadable = 'unreadable@example.com';
export const request: LockoutNoticeRequest = { teamId, lockoutId: aLockout().id, fact: 'databases_stopped', round: 0 };

export function scene(all: readonly Database[] = rows, owners: readonly App[] = apps, others: Nouns = {}) {
  const ledger = aLedger({ lockouts: [aLockout()], databases: all, apps: owners, ...others });
  const claimed = new Set<string>();
  const mails: { to: string; notice: Notice }[] = [];
  const failing = new Set<string>();
  const broken = new Set<string>();
  const unnoted: string[] = [];
  const deaths: string[] = [];
  const placeOf = (notice: NoticeRequest, admin: string) =>
    `${notice.fact} ${'round' in notice ? notice.round : ''} ${admin} ${notice.about ?? ''}`;
  const clock = { at };
  const recipients: Recipient[] = [];
  const counts = new Map<string, number>();
  const pauses: number[] = [];
  const rowOf = (notice: NoticeRequest, admin: string): NoticeRow | null =>
    ledger.all<NoticeRow>('NOTICE#').find(({ sk }) => sk === `NOTICE#${placeOf(notice, admin)}`) ?? null;
  type Outcome = Pick<NoticeRow, 'sentAt' | 'messageId'> & {
    readonly inTimeline?: boolean;
    readonly failure?: NoticeFailure;
  };
  const save = async (notice: NoticeRequest, admin: string, outcome: Outcome): Promise<NoticeRow> => {
    const known = rowOf(notice, admin);
    const address = { pk: 'TEAM', sk: `NOTICE#${placeOf(notice, admin)}`, admin };
    const row = { ...address, claimedUntil: null, ...outcome, version: 1 };
    if (known) await ledger.commit({ teamId, at, changes: [{ kind: 'remove', row: address }] });
    await ledger.commit({ teamId, at, changes: [{ kind: 'create', row }] });
    return row;
  };
  const notify = notifyRecipients({
    ...ledger,
    now: () => clock.at,
    listApps: async () => ({ items: [...owners], cursor: null }),
    webhookById: async () => null,
    teamById: async () => ({ id: teamId, name: 'acme' }),
    mailDomainsOf: async () => ({ domains: ['example.com'], version: 1 }),
    recipientsOf: async (team, emails) =>
      recipients.filter(({ id }) => emails.some((email) => recipientId(team, email) === id)),
    onlyMailClaimed: async ({ teamId: team, email, place, ...mail }) => {
      const id = recipientId(team, email);
      const known = recipients.find((each) => each.id === id);
      if (known && known.place !== place) return false;
      const lapsesAt = '2026-12-24T11:00:00.000Z';
      recipients.push({ id, teamId: team, email, place, ...mail, confirmedAt: null, lapsesAt, version: 1 });
      return true;
    },
    countedToday: async ({ what, limit }) => {
      counts.set(what, (counts.get(what) ?? 0) + 1);
      return (counts.get(what) ?? 0) <= limit;
    },
    listLockouts: async () => ({ items: ledger.all<Lockout>('LOCKOUT#').reverse(), cursor: null }),
    settings: () => ({ apiUrl: 'https://api.example', settleSeconds: 60, pauseSeconds: 0.2 }),
    pause: async (seconds) => void pauses.push(seconds),
    render: (notice) => ({ subject: notice.fact, text: JSON.stringify(notice), html: '' }),
    sendMail: async (to, { text }) => {
      if (broken.has(to)) throw new TypeError('A fault of ours');
      if (failing.has(to)) throw new Transient('SES');
      mails.push({ to, notice: JSON.parse(text) as Notice });
      return `message-${mails.length}`;
    },
    noticeTo: async (notice, admin) => {
      if (admin === unreadable) throw new RangeError('A row key of 1,025 bytes');
      return rowOf(notice, admin);
    },
    claimNotice: async (notice, admin) => {
      const place = placeOf(notice, admin);
      if (claimed.has(place)) return false;
      claimed.add(place);
      return true;
    },
    noticeSent: async (notice, admin, { messageId }) => {
      if (unnoted.pop() === admin) throw new Transient('DynamoDB');
      return save(notice, admin, { sentAt: clock.at.toISOString(), messageId, inTimeline: false });
    },
    noticeFailed: async (notice, admin, failure) => {
      claimed.delete(placeOf(notice, admin));
      return save(notice, admin, { sentAt: null, messageId: '', failure });
    },
    commit: async (unit) => {
      const death = deaths.pop();
      if (death) throw new Error(death);
      await ledger.commit(unit);
    },
  });
  const namesFor = (to: string) =>
    mails.filter((mail) => mail.to === to).map(({ notice }) => notice.databases.map(({ name }) => name));
  return {
    ledger,
    mails,
    clock,
    recipients,
    counts,
    pauses,
    failing,
    broken,
    unnoted,
    deaths,
    claimed,
    notify,
    namesFor,
  };
}
