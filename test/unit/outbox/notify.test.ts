/** Notifying the admins of a lockout, with retries and crashes. */
import { describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aDatabase, anApp, anId, at, databases } from '#test/support/build.ts';
import { apps, on, request, rows, scene, unreadable } from './notify-scene.ts';

describe('notifying the admins', () => {
  it('is one mail to each, which names all their databases and no others', async () => {
    const { ledger, mails, notify, namesFor } = scene();
    await notify(request);

    expect(mails.map(({ to }) => to).sort()).toEqual(['ann@example.com', 'ben@example.com', 'both@example.com']);
    expect(namesFor('ann@example.com')).toEqual([['first-db']]);
    expect(namesFor('ben@example.com')).toEqual([['second-db']]);
    expect(namesFor('both@example.com')).toEqual([['first-db', 'second-db']]);
    expect(ledger.entries()).toMatchObject([
      {
        type: 'AdminsNotified',
        data: {
          fact: 'databases_stopped',
          admins: expect.arrayContaining(['ann@example.com', 'ben@example.com', 'both@example.com']),
          mails: expect.arrayContaining([{ to: 'ann@example.com', messageId: expect.stringMatching(/./) }]),
        },
      },
    ]);
  });

  it('is not done twice when the note of it is lost at first, or for a while', async () => {
    for (const times of [1, 9]) {
      const { mails, unnoted, notify } = scene(rows.slice(0, 1));
      unnoted.push(...Array.from({ length: times }, () => 'both@example.com'));
      await notify(request).catch(() => undefined);
      await notify(request).catch(() => undefined);
      expect(mails.filter(({ to }) => to === 'both@example.com')).toHaveLength(1);
    }
  });

  it('is in the timeline once, also when its worker died between the mails and the entry', async () => {
    const { ledger, mails, deaths, notify } = scene();
    deaths.push('killed');

    await expect(notify(request)).rejects.toThrow('killed');
    expect(ledger.entries()).toEqual([]);

    for (let times = 0; times < 2; times++) await notify(request);
    expect(mails).toHaveLength(3);
    expect(ledger.entries()).toMatchObject([
      { data: { mails: mails.map(({ to }, index) => ({ to, messageId: `message-${index + 1}` })) } },
    ]);
  });

  it('is in the timeline in entries of fifty, which a transaction takes', async () => {
    const admins = Array.from({ length: 120 }, (_, number) => `admin-${number}@example.com`);
    const { ledger, notify } = scene(rows.slice(0, 1), [anApp({ admins })]);
    await notify(request);
    const batches = ledger.entries().map(({ data }) => (data as { admins: string[] }).admins);

    expect(batches.map(({ length }) => length)).toEqual([50, 50, 20]);
    expect(batches.flat()).toEqual(admins);
  });

  it('is not done twice, however often it is requested', async () => {
    const { ledger, mails, notify } = scene();
    for (let times = 0; times < 3; times++) await notify(request);

    expect(mails).toHaveLength(3);
    expect(ledger.entries()).toHaveLength(1);
  });

  it('is done anew for another fact, and another round', async () => {
    const { mails, notify } = scene();
    await notify(request);
    await notify({ ...request, round: 1 });

    await notify({ ...request, fact: 'databases_restored' });

    expect(mails).toHaveLength(9);
  });

  it('reaches the others when one mail is not taken, and that one later, once', async () => {
    const { ledger, mails, failing, notify } = scene();
    failing.add('ann@example.com');

    await expect(notify(request)).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringContaining('1 of 3'),
    });
    expect(mails.map(({ to }) => to).sort()).toEqual(['ben@example.com', 'both@example.com']);

    failing.clear();
    await notify(request);

    expect(mails.map(({ to }) => to).sort()).toEqual(['ann@example.com', 'ben@example.com', 'both@example.com']);
    expect(ledger.entries().map(({ type }) => type)).toEqual(['AdminsNotified', 'AdminsNotReached', 'AdminsNotified']);
  });

  it('reaches the others, and is recorded, when a recipient cannot be looked up', async () => {
    const { ledger, mails, notify } = scene(rows, [
      anApp({ admins: [unreadable, 'ann@example.com'] }),
      ...apps.slice(1),
    ]);
    await expect(notify(request)).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringContaining('1 of 4'),
    });

    const others = ['ann@example.com', 'ben@example.com', 'both@example.com'];
    expect(mails.map(({ to }) => to).sort()).toEqual(others);
    expect(ledger.entries()).toMatchObject([
      { type: 'AdminsNotified', data: { admins: expect.arrayContaining(others) } },
    ]);
  });

  it('is retried for a day, and the timeline records the failure once', async () => {
    const { ledger, mails, clock, failing, notify } = scene();
    failing.add('ann@example.com');

    for (let times = 0; times < 3; times++) await expect(notify(request)).rejects.toMatchObject({ name: 'Transient' });
    expect(ledger.entries().filter(({ type }) => type === 'AdminsNotReached')).toMatchObject([
      { data: { fact: 'databases_stopped', admins: [{ to: 'ann@example.com', detail: 'SES' }] } },
    ]);

    clock.at = new Date(at.getTime() + 24 * 3_600_000);
    await notify(request);

    expect(mails.map(({ to }) => to).sort()).toEqual(['ben@example.com', 'both@example.com']);
  });

  it('continues after fifty whose entry could not be written', async () => {
    const admins = Array.from({ length: 60 }, (_, number) => `admin-${number}@example.com`);
    const { mails, deaths, notify } = scene(rows.slice(0, 1), [anApp({ admins })]);

    deaths.push('lost the race');

    await expect(notify(request)).rejects.toThrow('lost the race');
    expect(mails).toHaveLength(60);
  });

  it('reaches the others also when one fails by a fault of ours', async () => {
    const { mails, broken, notify } = scene();
    broken.add('ann@example.com');

    await expect(notify(request)).rejects.toMatchObject({ name: 'Transient' });
    expect(mails.map(({ to }) => to).sort()).toEqual(['ben@example.com', 'both@example.com']);
  });

  it('waits for another worker that has the claim', async () => {
    const { mails, claimed, notify } = scene();
    claimed.add('databases_stopped 0 ann@example.com ');

    await expect(notify(request)).rejects.toMatchObject({ name: 'Transient' });
    expect(mails).toHaveLength(2);
  });

  it('says what keeps a database only where a person is needed', async () => {
    const failure = { reason: 'save_failed', detail: 'No space left.', at: at.toISOString() };
    const { mails, notify } = scene([aDatabase({ ...on(1), status: 'stopping', failure })]);
    await notify({ ...request, fact: 'attention_needed' });

    await notify(request);

    expect(
      mails.filter(({ to }) => to === 'ann@example.com').map(({ notice }) => notice.databases[0]?.trouble),
    ).toEqual(['No space left.', null]);
  });

  it('leaves out databases that are coming or going', async () => {
    const { mails, notify } = scene([
      aDatabase({ ...on(1), status: 'destroying' }),
      aDatabase({ id: anId('db', 2), name: 'new-db', ...on(2), status: 'creating' }),
    ]);
    await notify(request);

    expect(mails).toEqual([]);
  });

  it('reaches the admins of the app that a detached database was made for', async () => {
    const { namesFor, notify } = scene([aDatabase({ attachments: [], appId: anId('app', 2) })]);
    await notify(request);
    expect(namesFor('ben@example.com')).toHaveLength(1);
  });

  it('names all of a key’s databases, page by page', async () => {
    const { mails, notify } = scene(databases(450, on(1)));
    await notify(request);
    expect(mails.map(({ notice }) => notice.databases.length)).toEqual([450, 450]);
  });

  it('has nothing to say of a lockout that does not exist', async () => {
    const { mails, notify } = scene();
    await notify({ ...request, lockoutId: 'lk_nobody' });
    expect(mails).toEqual([]);
  });
});
