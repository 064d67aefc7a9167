/** A real drill whose owner a test plays: it disables and enables the drill key, and the lockout follows. */
import type { NewEntry } from '#lib/model/entry.ts';
import { keySaved } from '#lib/model/items/keys.ts';
import { lockoutCreated, lockoutSaved } from '#lib/model/items/lockouts.ts';
import type { Key } from '#lib/model/key.ts';
import { newLockout } from '#lib/model/new-lockout.ts';
import type { Recipient } from '#lib/model/recipient.ts';
import { aKey, anId, teamId } from '#test/support/build.ts';
import type { Nouns } from '#test/support/ledger.ts';
import { aScene, type Scene } from './drilling.ts';

export const drillKey = aKey({
  id: anId('key', 2),
  arn: 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000002',
  databases: 0,
});

/** A real drill that has started. KMS refuses to open the volume of the fork. */
export async function aRealScene(nouns: Nouns = {}, recipients: readonly Recipient[] = []): Promise<Scene> {
  const scene = aScene({ keys: [aKey(), drillKey], ...nouns }, recipients);
  scene.responses.opening = 'refused';
  await scene.start({ mode: 'real', drillKey: drillKey.arn });
  return scene;
}

const stored = (scene: Scene): Key => scene.ledger.all<Key>('KEY#').find(({ id }) => id === drillKey.id) ?? drillKey;

/** An event of a call on the drill key arrives. */
export const eventArrives = (scene: Scene, entry: Pick<NewEntry, 'type' | 'data'>) =>
  scene.ledger.commit({
    teamId,
    at: scene.deps.now(),
    changes: [],
    entries: [
      {
        ...entry,
        actor: { kind: 'aws_principal', id: 'arn:aws:iam::111122223333:user/ada' },
        subject: { keyId: drillKey.id },
      } as NewEntry,
    ],
  });

/** The owner disables the drill key, which opens a lockout. `noticedBy`: as in `Lockout`. */
export async function disable(scene: Scene, noticedBy = 'aws_principal'): Promise<void> {
  const at = scene.deps.now();
  const key = stored(scene);
  const lockout = newLockout({ id: anId('lk', 7), key, cause: 'key_disabled', noticedBy, at, waitingSeconds: 0 });
  await scene.ledger.commit({
    teamId,
    at,
    changes: [
      lockoutCreated(key.drill ? { ...lockout, drill: { ...key.drill, verdict: null } } : lockout),
      keySaved({ ...key, status: 'unusable', lockoutId: lockout.id }),
    ],
  });
}

/** The owner enables the drill key, and its lockout begins the restore. */
export async function enable(scene: Scene): Promise<void> {
  const at = scene.deps.now().toISOString();
  const lockout = scene.lockout();
  if (!lockout) throw new Error('There is no lockout');
  const steps = [...lockout.steps, { state: 'starting_servers' as const, at }];
  await scene.rewrite(lockoutSaved({ ...lockout, state: 'starting_servers', machine: 'key-restart', steps }));
}
