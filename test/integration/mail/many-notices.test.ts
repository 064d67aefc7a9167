/**
 * 10,000 mails about 500 keys drain within an hour of sweeps without a loss or a double, though SES and the table fail.
 */
import { beforeAll, expect, it } from '@jest/globals';
import { type Contact, contactId } from '#lib/model/contact.ts';
import type { Key } from '#lib/model/key.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { noticeOf } from '#lib/model/warnings/notices.ts';
import { notifyRecipients } from '#lib/notifications/notify.ts';
import { dispatchMessage } from '#lib/outbox/dispatch.ts';
import { drainOutbox } from '#lib/outbox/drain.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { noticeStore } from '#lib/store/notices.ts';
import { outboxStore } from '#lib/store/outbox.ts';
import { recipientStore } from '#lib/store/recipients.ts';
import { aKey, anId, at, teamId } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

const deletionDate = new Date(at.getTime() + 7 * 86_400_000).toISOString();
const keys: readonly Key[] = Array.from({ length: 500 }, (_, number) => {
  const key = aKey({ id: anId('key', number + 1), databases: 0 });
  const check = { ...key.check, keyState: 'PendingDeletion', deletionDate };
  const arn = key.arn.replace(/.{4}$/, String(number).padStart(4, '0'));
  return { ...key, arn, check, status: 'unusable', notifiedWarnings: { deletion: { date: deletionDate, mark: 7 } } };
});
const contacts: readonly Contact[] = keys.flatMap(({ id: keyId }, key) =>
  Array.from({ length: 20 }, (_, number) => {
    const email = `person-${key}-${number}@example.com`;
    return { id: contactId(teamId, keyId, email), teamId, keyId, email, createdAt: at.toISOString(), version: 1 };
  }),
);

/** True for one in `n` calls, in a fixed order. */
const everyNth = (n: number) => {
  let calls = 0;
  return () => ++calls % n === 0;
};

const mails: string[] = [];
const clock = { at };
const ledger = aLedger({ keys, contacts });
const isSesDown = everyNth(7);
const isConflict = everyNth(11);
const { table } = ledger;
const stores = {
  ...{ ...ledger, ...noticeStore(table), ...outboxStore(table), ...lockoutStore(table), ...recipientStore(table) },
};
const now = () => clock.at;

const notify = notifyRecipients({
  ...stores,
  now,
  teamById: async () => ({ id: teamId, name: 'acme' }),
  mailDomainsOf: async () => ({ domains: ['example.com'], version: 1 }),
  listApps: async () => ({ items: [], cursor: null }),
  webhookById: async () => null,
  settings: () => ({ apiUrl: 'https://api.example', settleSeconds: 60, pauseSeconds: 0.2 }),
  pause: async () => undefined,
  render: ({ fact }) => ({ subject: fact, text: '', html: '' }),
  sendMail: async (to) => {
    if (isSesDown()) throw new Transient('SES did not accept the mail');
    mails.push(to);
    return `message-${mails.length}`;
  },
  commit: async (unit) => {
    if (isConflict()) throw new Problem('version_mismatch', 'Another write came first');
    await ledger.commit(unit);
  },
});

const none = async () => undefined;
const dispatch = dispatchMessage({
  ...stores,
  now,
  notify,
  startWorkflow: none,
  restartApp: none,
  applyRotation: none,
  maintain: none,
});

const drain = drainOutbox({
  ...stores,
  now,
  publish: async (pending) => {
    for (const { id } of pending) await dispatch(id).catch(none);
    return { taken: pending.map(({ id }) => id), refused: [], failure: null };
  },
});

const isWaiting = () => ledger.all<{ pk: string; id: string }>('').some(({ pk }) => pk.startsWith('OUTBOX#'));

beforeAll(async () => {
  for (const key of keys) {
    const effects = [noticeOf(key, 'deletion_near', { about: `${deletionDate}#7` })];
    await ledger.commit({ teamId, at, changes: [], effects });
  }
});

it('each contact of each key gets its mail once', async () => {
  let minutes = 0;
  while (isWaiting() && minutes < 60) {
    minutes += 1;
    clock.at = new Date(at.getTime() + minutes * 61_000);
    await drain();
  }

  expect(isWaiting()).toBe(false);
  expect(mails).toHaveLength(10_000);
  expect(new Set(mails).size).toBe(10_000);
}, 120_000);
