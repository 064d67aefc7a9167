/** Dispatching outbox messages, and announcing them after a commit. */
import { describe, expect, it } from '@jest/globals';
import type { OutboxMessage, Pending } from '#lib/model/outbox-message.ts';
import { Transient } from '#lib/model/problem.ts';
import { dispatchMessage } from '#lib/outbox/dispatch.ts';
import { publishMessages } from '#lib/outbox/publish-messages.ts';
import { at, teamId } from '#test/support/build.ts';

const notice: OutboxMessage = {
  kind: 'notice',
  notice: { teamId, lockoutId: 'lk_1', fact: 'lockout_opened', round: 0 },
};
const workflow: OutboxMessage = { kind: 'workflow', machine: 'key-shutdown', name: 'lk_1-1', input: { teamId } };
const maintenance: OutboxMessage = { kind: 'maintenance', maintenance: { teamId, databaseId: 'db_1' } };
const event = { kind: 'event', entry: { id: 'entry_1', type: 'AppCreated' } } as unknown as OutboxMessage;
const published = (...taken: string[]) => ({ taken, refused: [], failure: null });
const pending = (id: string, effect: OutboxMessage): Pending => ({
  id,
  effect,
  since: at.toISOString(),
  claimedUntil: null,
  attempts: 0,
});

function scene(effects: readonly Pending[], { claimable = true, failing = false } = {}) {
  const did: string[] = [];
  const note = (what: string) => async (detail: unknown) => {
    did.push(`${what} ${JSON.stringify(detail)}`);
    if (failing) throw new Transient('Not now');
  };
  const perform = dispatchMessage({
    pendingById: async (id) => effects.find((each) => each.id === id) ?? null,
    claim: async () => claimable,
    done: async (id) => void did.push(`done ${id}`),
    startWorkflow: note('start'),
    notify: note('notify'),
    restartApp: note('restart'),
    applyRotation: note('rotate'),
    maintain: note('maintain'),
    now: () => at,
  });
  return { did, perform };
}

describe('dispatching an outbox message', () => {
  it.each([
    ['a workflow', workflow, `start ${JSON.stringify(workflow)}`],
    ['a notice', notice, `notify ${JSON.stringify(notice.kind === 'notice' && notice.notice)}`],
    ['a maintenance', maintenance, `maintain ${JSON.stringify({ teamId, databaseId: 'db_1' })}`],
  ])('is, for %s, its work and then its removal', async (_, effect, work) => {
    const { did, perform } = scene([pending('out_1', effect)]);
    await perform('out_1');
    expect(did).toEqual([work, 'done out_1']);
  });

  it('does nothing when another worker has the claim, or it is done', async () => {
    const claimed = scene([pending('out_1', workflow)], { claimable: false });
    await claimed.perform('out_1');
    const gone = scene([]);

    await gone.perform('out_1');

    expect([...claimed.did, ...gone.did]).toEqual([]);
  });

  it('leaves it to the sweep when its work fails', async () => {
    const { did, perform } = scene([pending('out_1', notice)], { failing: true });
    await expect(perform('out_1')).rejects.toMatchObject({ name: 'Transient' });
    expect(did).not.toContain('done out_1');
  });
});

describe('announcing messages', () => {
  const all = [pending('out_1', event), pending('out_2', notice), pending('out_3', event)];

  it('is done for events that the bus took; the others wait for their worker', async () => {
    const done: string[] = [];
    await publishMessages({ publish: async () => published('out_1', 'out_2'), done: async (id) => void done.push(id) })(
      all,
    );
    expect(done).toEqual(['out_1']);
  });

  it('never fails the operation', async () => {
    await expect(
      publishMessages({ publish: () => Promise.reject(new Error('No bus')), done: async () => {} })(all),
    ).resolves.toBeUndefined();
    await expect(
      publishMessages({ publish: async () => published('out_1'), done: () => Promise.reject(new Error('No table')) })(
        all,
      ),
    ).resolves.toBeUndefined();
  });
});
