/** A team with proven ownership takes a key over from another team. */
import { describe, expect, it } from '@jest/globals';
import { registerKey } from '#lib/keys/register.ts';
import { releaseKey } from '#lib/keys/release.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { databasesCounted } from '#lib/model/items/keys.ts';
import { counted, quotas } from '#lib/model/items/quotas.ts';
import type { Key, KeyRef } from '#lib/model/key.ts';
import type { ProbeResult } from '#lib/model/key-probe.ts';
import '#test/support/matchers.ts';
import {
  aDatabase,
  aKey,
  aLockout,
  allActions,
  anId,
  aProbe,
  at,
  countingIds,
  keyArn,
  teamId,
  tokenActor,
} from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

const squatter = 'team_squatter';
const theirs = (changes: Partial<Key> = {}): Key =>
  aKey({ id: anId('key', 7), teamId: squatter, databases: 0, ...changes });
const ownerOfTheirs: KeyRef = { teamId: squatter, keyId: theirs().id };
const refused = aProbe({
  actions: { ...allActions('denied'), DescribeKey: 'allowed' },
  foreignContext: 'denied',
  canary: null,
});

interface Scene extends Nouns {
  /** KMS's responses under each team's context. */
  readonly mine?: ProbeResult;
  readonly holders?: ProbeResult;
  readonly backups?: readonly { readonly status: string }[];
}

function scene({ mine = aProbe(), holders = refused, backups = [], keys = [theirs()], ...nouns }: Scene = {}) {
  const ledger = aLedger({ keys, ...nouns });
  const probed: string[] = [];
  const ownerOf = async () => ledger.all<KeyRef>('arn:')[0] ?? null;
  const deps = {
    ...ledger,
    now: () => at,
    newId: countingIds(),
    ownerOf,
    backupsOnKey: async () => ({ items: backups as never, cursor: null }),
    settings: () => ({ region: 'us-east-1', platformAccountId: '210987654321', requireOwnershipProof: false }),
    probe: async (_arn: string, context: Record<string, string>) => {
      probed.push(context['latchkey:team'] ?? '');
      return context['latchkey:team'] === teamId ? mine : holders;
    },
  };
  const register = (commit: (unit: Commit) => Promise<void> = ledger.commit) =>
    registerKey({ ...deps, commit })({ teamId, arn: keyArn, actor: tokenActor });
  const release = () => releaseKey(deps)({ arn: keyArn, actor: { kind: 'operator', id: 'release-key' } });
  return { ledger, probed, register, release, ownerOf };
}

describe('a team whose ownership is proven', () => {
  it('takes a key over from a holder that KMS refuses and that has no data under it, and notifies it', async () => {
    const { ledger, register, ownerOf } = scene();
    const { key, isNew } = await register();

    expect([isNew, key.teamId]).toEqual([true, teamId]);
    expect(await ownerOf()).toMatchObject({ teamId, keyId: key.id });
    expect(ledger.all<Key>('KEY#').map(({ id }) => id)).toEqual([key.id]);
    expect(ledger.commits.map(({ teamId: of, entries = [] }) => [of, entries.map(({ type }) => type)])).toEqual([
      [squatter, ['KeyReleased']],
      [teamId, ['KeyRegistered']],
    ]);
    expect(JSON.stringify(ledger.commits[0]?.entries)).not.toContain(teamId);
  });

  it("ends the holder's open lockout with it", async () => {
    const lockout = aLockout({ teamId: squatter, keyId: theirs().id });
    const { ledger, register } = scene({ keys: [theirs({ lockoutId: lockout.id })], lockouts: [lockout] });

    await register();

    expect(ledger.all('LOCKOUT#')).toEqual([expect.objectContaining({ state: 'cancelled' })]);
  });

  it.each<[string, Scene]>([
    ['uses the key for a database', { keys: [theirs({ databases: 1 })], databases: [aDatabase({ teamId: squatter })] }],
    ['has a backup under it', { backups: [{ status: 'available' }] }],
    ['has a backup under way', { backups: [{ status: 'pending' }] }],
    ['may use the key, too', { holders: aProbe() }],
    [
      'is refused for another reason',
      { holders: aProbe({ ...refused, unusable: 'key_disabled', actions: allActions('unknown') }) },
    ],
    ['gets no answer', { holders: aProbe({ ...refused, actions: allActions('unknown'), unknown: 'kms_unreachable' }) }],
    ['faces a team that proves nothing', { mine: aProbe({ foreignContext: 'allowed' }) }],
    ['faces a team that may not use it', { mine: refused }],
  ])('does not displace a holder that %s', async (_, its) => {
    const { ledger, register } = scene(its);
    await expect(register()).rejects.toBeProblem('key_taken');
    expect(ledger.commits).toEqual([]);
  });

  it('does not displace a holder that puts a database under the key at that moment', async () => {
    const { ledger, register } = scene();
    const racing = async (unit: Commit) => {
      ledger.touch('KEY#');
      await ledger.commit(unit);
    };

    await expect(register(racing)).rejects.toBeProblem('version_mismatch');
    expect(ledger.all<Key>('KEY#')).toEqual([expect.objectContaining({ teamId: squatter })]);
  });

  it('decides again if the holder puts a database under the key just before the take-over commits', async () => {
    const { ledger, register } = scene();
    let isFirst = true;
    const racing = async (unit: Commit) => {
      if (isFirst) await ledger.commit({ teamId: squatter, at, changes: [databasesCounted(ownerOfTheirs, 1)] });
      isFirst = false;
      await ledger.commit(unit);
    };

    await expect(register(racing)).rejects.toBeProblem('key_taken');
    expect(ledger.all<Key>('KEY#')).toEqual([expect.objectContaining({ teamId: squatter, databases: 1 })]);
  });

  it('leaves the key with its holder if it has as many keys as it may', async () => {
    const { ledger, register, ownerOf } = scene();
    await ledger.commit({
      teamId,
      at,
      changes: Array.from({ length: quotas.keys }, () => counted(teamId, 'keys', 1)),
    });

    await expect(register()).rejects.toBeProblem('quota_exceeded');
    expect(await ownerOf()).toMatchObject(ownerOfTheirs);
    expect(ledger.all<Key>('KEY#')).toEqual([expect.objectContaining({ teamId: squatter })]);
  });

  it('has the key counted once, and the holder no longer, also after a crash in between', async () => {
    const { ledger, register } = scene();
    let writes = 0;
    const crashing = async (unit: Commit) => {
      if (++writes > 1) throw new Error('The function died');
      await ledger.commit(unit);
    };

    await expect(register(crashing)).rejects.toThrow('died');

    await register();
    expect(ledger.all<{ used: number }>('QUOTA#keys').map(({ used }) => used)).toEqual([0, 1]);
  });

  it('has the key after a crash in between by registering it again, under the same id', async () => {
    const { ledger, register, ownerOf } = scene();
    let writes = 0;
    const crashing = async (unit: Commit) => {
      if (++writes > 1) throw new Error('The function died');
      await ledger.commit(unit);
    };

    await expect(register(crashing)).rejects.toThrow('died');

    const owner = await ownerOf();
    expect(owner?.teamId).toBe(teamId);

    const { key } = await register();
    expect(key.id).toBe(owner?.keyId);
    expect((await register()).isNew).toBe(false);
  });
});

describe('an operator', () => {
  it('releases a key whose take-over was interrupted, which then counts for no team', async () => {
    const { ledger, register, release, ownerOf } = scene();
    let writes = 0;
    const crashing = async (unit: Commit) => {
      if (++writes > 1) throw new Error('The function died');
      await ledger.commit(unit);
    };

    await expect(register(crashing)).rejects.toThrow('died');
    expect((await release()).teamId).toBe(teamId);
    expect(await ownerOf()).toBeNull();
    expect(ledger.all<{ used: number }>('QUOTA#keys').map(({ used }) => used)).toEqual([0, 0]);
  });

  it('releases a key, and notifies the holder', async () => {
    const { ledger, release, ownerOf } = scene();

    expect(await release()).toEqual({ teamId: squatter, keyId: theirs().id });
    expect([await ownerOf(), ledger.all('KEY#')]).toEqual([null, []]);
    expect(ledger.entries()).toMatchObject([
      { type: 'KeyReleased', actor: { kind: 'operator' }, data: { reason: 'operator' } },
    ]);
  });

  it('does not take it from under a database', async () => {
    const { ledger, release } = scene({ keys: [theirs({ databases: 2 })] });
    await expect(release()).rejects.toBeProblem('key_in_use');
    expect(ledger.commits).toEqual([]);
  });

  it('finds nothing to release without a holder', async () => {
    const { release } = scene({ keys: [] });
    await expect(release()).rejects.toBeProblem('not_found');
  });
});
