/** The number of mails per recipient: unconfirmed addresses get one, all others get every notice of a lockout. */
import { describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { lockoutSaved } from '#lib/model/items/lockouts.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import { type Recipient, recipientId } from '#lib/model/recipient.ts';
import { type AllowDeps, allowMail } from '#lib/notifications/allow.ts';
import { aLockout, anApp, at, teamId } from '#test/support/build.ts';
import { aNotice } from '#test/unit/notifications/a-notice.ts';
import { apps, request, rows, scene } from './notify-scene.ts';

describe('an address outside of the mail domains', () => {
  const outside = [anApp({ admins: ['Eve+1@elsewhere.test', 'eve+2@elsewhere.test', 'ann@example.com'] })];
  const facts = ['lockout_opened', 'databases_stopped', 'databases_restored'] as const;
  const all = async (notify: ReturnType<typeof scene>['notify']) => {
    for (const fact of facts) await notify({ ...request, fact });
  };

  it('gets one mail, with a code, in any spelling; confirmed recipients get all', async () => {
    const { ledger, mails, notify } = scene(rows.slice(0, 1), outside);
    await all(notify);
    const [only, ...others] = mails.toSorted((a, b) => (a.to < b.to ? -1 : 1));

    expect([only?.to, ...others.map(({ to }) => to)]).toEqual([
      'Eve+1@elsewhere.test',
      ...Array(3).fill('ann@example.com'),
    ]);
    expect(only?.notice.confirmation).toMatchObject({ code: expect.stringMatching(/^[0-9a-z]{4}(-[0-9a-z]{4}){3}$/) });
    expect(others.map(({ notice }) => notice.confirmation)).toEqual([null, null, null]);

    const missed = ledger.entries().flatMap((entry) => (entry.type === 'AdminsNotReached' ? entry.data.admins : []));
    expect(missed.map(({ reason }) => reason)).toEqual(Array(5).fill('unconfirmed'));
  });

  it('gets that mail again when SES did not take it, and no other', async () => {
    const { mails, failing, notify } = scene(rows.slice(0, 1), outside.slice(0, 1));
    failing.add('Eve+1@elsewhere.test');

    await expect(notify(request)).rejects.toMatchObject({ name: 'Transient' });

    failing.clear();
    await notify(request);

    await notify({ ...request, fact: 'databases_restored' });

    expect(mails.filter(({ to }) => /elsewhere/i.test(to))).toHaveLength(1);
  });

  it('gets every mail once it has confirmed', async () => {
    const { mails, recipients, notify } = scene(rows.slice(0, 1), outside);
    await notify({ ...request, fact: 'lockout_opened' });
    for (const [index, recipient] of recipients.entries())
      recipients[index] = { ...recipient, confirmedAt: at.toISOString() };
    await notify({ ...request, fact: 'databases_restored' });
    const notified = mails.map(({ to, notice }) => `${notice.fact} ${to}${notice.confirmation ? ' to confirm' : ''}`);

    expect(notified.toSorted()).toEqual([
      'databases_restored Eve+1@elsewhere.test',
      'databases_restored ann@example.com',
      'databases_restored eve+2@elsewhere.test',
      'lockout_opened Eve+1@elsewhere.test to confirm',
      'lockout_opened ann@example.com',
    ]);
  });

  it('is one of fifty at most that a team writes to in a day', async () => {
    const admins = Array.from({ length: 80 }, (_, number) => `victim-${number}@elsewhere.test`);
    const { mails, notify } = scene(rows.slice(0, 1), [anApp({ admins: [...admins, 'ann@example.com'] })]);

    await notify(request);

    expect(mails.filter(({ to }) => /elsewhere/.test(to))).toHaveLength(50);
    expect(mails.at(-1)?.to).toBe('ann@example.com');
  });
});

describe('a notice that began before another claimed the only mail to an address', () => {
  it('sends none, and leaves the count of the day to others', async () => {
    const counted: string[] = [];
    const email = 'eve@elsewhere.test';
    const claimed: Recipient = {
      ...{ id: recipientId(teamId, email), teamId, email, codeHash: '', confirmedAt: null, version: 1 },
      ...{ place: 'another notice', lapsesAt: '2026-12-24T11:00:00.000Z' },
    };
    const deps: AllowDeps = {
      now: () => at,
      recipientsOf: async () => [claimed],
      onlyMailClaimed: async () => false,
      countedToday: async ({ what }) => counted.push(what) > 0,
      settings: () => ({ apiUrl: 'https://api.example', settleSeconds: 60, pauseSeconds: 0 }),
    };
    const delivery = { request, keyId: null, admin: email, notice: aNotice(request.fact), isFolded: false };

    const decision = await allowMail(deps, { ...delivery, isOwn: false, recipient: null }, null);

    expect(decision).toMatchObject({ reason: 'unconfirmed' });
    expect(counted).toEqual([]);
  });
});

describe('many mails', () => {
  const admins = Array.from({ length: 40 }, (_, number) => `admin-${number}@example.com`);

  it('keep their distance behind the first ten, so that others get their share of the rate', async () => {
    const { pauses, notify } = scene(rows.slice(0, 1), [anApp({ admins })]);
    await notify(request);

    expect(pauses).toEqual(Array(6).fill(1));

    const few = scene();
    await few.notify(request);

    expect(few.pauses).toEqual([]);
  });

  it('about changes of the cause have a limit; other notices of a lockout have none', async () => {
    const { ledger, mails, notify } = scene(rows.slice(0, 1), [anApp({ admins: ['ann@example.com'] })]);
    for (let change = 1; change <= 30; change++) {
      const [lockout] = ledger.all<Lockout>('LOCKOUT#');
      if (!lockout) throw new Error('There is no lockout');
      await ledger.commit({ teamId, at, changes: [lockoutSaved({ ...lockout, causeChanges: change })] });
      await notify({ ...request, fact: 'cause_changed', about: String(change) });
    }

    expect(mails).toHaveLength(24);

    await notify(request);
    expect(mails).toHaveLength(25);
  });

  it('count a change of the cause once, for any number of attempts and any spelling of the address', async () => {
    const spellings = ['ann@example.com', 'Ann+mail@example.com'];
    const { counts, failing, notify } = scene(rows.slice(0, 1), [anApp({ admins: spellings })], {
      lockouts: [aLockout({ causeChanges: 1 })],
    });
    for (const spelling of spellings) failing.add(spelling);
    const changed = { ...request, fact: 'cause_changed' as const, about: '1' };
    for (let attempt = 0; attempt < 30; attempt++)
      await expect(notify(changed)).rejects.toMatchObject({ name: 'Transient' });

    expect([...counts.values()]).toEqual([2]);
  });
});

describe('a change of the cause', () => {
  it.each([
    ['another followed', { causeChanges: 2 }],
    ['the lockout is over', { causeChanges: 1, state: 'cancelled' as const }],
  ])('is not notified when %s', async (_, changes) => {
    const { mails, notify } = scene(rows, apps, { lockouts: [aLockout(changes)] });
    await notify({ ...request, fact: 'cause_changed', about: '1' });
    expect(mails).toEqual([]);
  });
});
