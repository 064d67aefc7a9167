/** Which addresses are the same recipient, which need no confirmation, and which codes confirm. */
import { describe, expect, it } from '@jest/globals';
import { isId } from '#lib/model/ids.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { codeHash, isInDomains, mailboxOf, newCode, type Recipient, recipientId } from '#lib/model/recipient.ts';
import { type ConfirmDeps, confirmRecipient } from '#lib/notifications/confirm.ts';
import { recipientStore } from '#lib/store/recipients.ts';
import { firstMailDomains } from '#lib/teams/mail-domains.ts';
import '#test/support/matchers.ts';
import { at, teamId } from '#test/support/build.ts';
import { tableOf } from '#test/support/table.ts';

describe('an address', () => {
  it('is the same mailbox however it is spelt', () => {
    for (const spelt of ['Ann@Example.com', 'ann+work@example.com', 'ANN+1+2@EXAMPLE.COM'])
      expect(mailboxOf(spelt)).toBe('ann@example.com');
    expect(mailboxOf('+@example.com')).toBe('+@example.com');
  });

  it('has one id for a team, and another for another team', () => {
    expect(recipientId(teamId, 'Ann+1@example.com')).toBe(recipientId(teamId, 'ann@example.com'));
    expect(recipientId('team_other', 'ann@example.com')).not.toBe(recipientId(teamId, 'ann@example.com'));
    expect(isId('rcp', recipientId(teamId, 'ann@example.com'))).toBe(true);
  });

  it('is in a domain that is its own, not in one that it ends with', () => {
    expect(isInDomains('ann@Example.com', ['example.com'])).toBe(true);
    for (const other of [
      'ann@evil-example.com',
      'ann@sub.example.com',
      'ann@example.com.evil.test',
      'example.com@evil.test',
    ])
      expect(isInDomains(other, ['example.com'])).toBe(false);
  });

  it('at a public provider says nothing about its team', () => {
    expect(firstMailDomains('admin@example.com')).toEqual(['example.com']);
    for (const nothing of ['admin@GMail.com', '', null]) expect(firstMailDomains(nothing)).toEqual([]);
  });
});

describe('a code', () => {
  const code = newCode();
  const recipient: Recipient = {
    ...{ id: recipientId(teamId, 'eve@elsewhere.test'), teamId, email: 'eve@elsewhere.test', place: 'NOTICE' },
    ...{ codeHash: codeHash(code), confirmedAt: null, lapsesAt: '2026-12-24T11:00:00.000Z', version: 1 },
  };
  function scene(changes: Partial<Recipient> = {}, clock = at) {
    const row = { ...recipient, ...changes };
    const commits: Commit[] = [];
    const deps: ConfirmDeps = {
      recipientById: async (id) => (id === row.id ? row : null),
      commit: async (unit) => void commits.push(unit),
      now: () => clock,
    };
    return { commits, confirm: confirmRecipient(deps) };
  }
  const id = recipient.id;

  it('confirms its address, as it is typed', async () => {
    const { commits, confirm } = scene();

    expect(await confirm({ recipient: id, code: ` ${code.toUpperCase()} ` })).toMatchObject({
      confirmedAt: at.toISOString(),
    });
    expect(commits).toMatchObject([
      { teamId, entries: [{ type: 'RecipientConfirmed', actor: { kind: 'recipient', id } }] },
    ]);
  });

  it.each([
    ['is wrong', { codeHash: codeHash('another') }, at],
    ['is too old', {}, new Date('2026-12-24T11:00:01.000Z')],
    ['is of an unknown address', { id: 'rcp_other' }, at],
  ] as const)('is refused in the same words when it %s', async (_, changes, clock) => {
    const { commits, confirm } = scene(changes, clock);
    const problem: unknown = await confirm({ recipient: id, code }).catch((error: unknown) => error);
    expect(problem).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('The confirmation code is invalid'),
    });
    expect(commits).toEqual([]);
  });

  it('confirms its address after any number of wrong codes, which a stranger may have sent', async () => {
    const send = async ({ input }: { input: { UpdateExpression?: string } }) => {
      if (input.UpdateExpression) throw new Error('A wrong code changed the table');
      return { Item: recipient };
    };
    const commits: Commit[] = [];
    const confirm = confirmRecipient({
      ...recipientStore(tableOf(send)),
      commit: async (unit) => void commits.push(unit),
      now: () => at,
    });

    for (let times = 0; times < 20; times++)
      await expect(confirm({ recipient: id, code: 'guess' })).rejects.toMatchObject({ code: 'not_found' });
    expect(await confirm({ recipient: id, code })).toMatchObject({ confirmedAt: at.toISOString() });
    expect(commits).toHaveLength(1);
  });

  it('may be given again', async () => {
    const { commits, confirm } = scene({ confirmedAt: at.toISOString() });
    expect(await confirm({ recipient: id, code })).toMatchObject({ confirmedAt: at.toISOString() });
    expect(commits).toEqual([]);
  });
});
