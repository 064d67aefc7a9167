/** Backups on EC2: snapshot, upload with presigned URLs, and restore. */
import { describe, expect, it } from '@jest/globals';
import type { StoredBackup, Transfers } from '#lib/aws/cloud.ts';
import { codes } from '#lib/fleet/ec2/scripts/prelude.ts';
import type { BackupOrder } from '#lib/model/fleet.ts';
import { keyArn, teamId } from '#test/support/build.ts';
import { anInstance, aWorld } from './world.ts';

const backup = { backupId: 'bak_1', teamId, databaseId: 'db_1', keyArn, objectKey: 'team/db_1/bak_1' };
const order: BackupOrder = { serverId: 'srv_1', backup };

/** An S3 that stores completed objects. */
function aStore() {
  const store = { objects: new Map<string, StoredBackup>(), open: new Map<string, StoredBackup>() };
  const transfers: Transfers = {
    find: async (key) => store.objects.get(key) ?? null,
    beginUpload: async ({ backup: { objectKey }, bytes, memoryBytes }) => {
      store.open.set(objectKey, { bytes, memoryBytes });
      return 'https://bucket.example/list?X-Amz-Signature=1';
    },
    completeUpload: async (key) => {
      const upload = store.open.get(key);
      if (upload) store.objects.set(key, upload);
      return store.open.delete(key);
    },
    downloadUrl: async (key) => `https://bucket.example/${key}?X-Amz-Signature=2`,
  };
  return { ...store, transfers };
}

function given() {
  const store = aStore();
  const world = aWorld(store.transfers);
  anInstance(world.world, 'srv_1');
  world.world.ending = (_, comment) => ({
    code: 0,
    output: comment.startsWith('latchkey snapshot') ? '5000 1200000' : '',
  });
  return { ...world, store };
}

async function taken({ fleet }: ReturnType<typeof given>) {
  for (let tries = 0; tries < 6; tries += 1) {
    const [outcome] = await fleet.backup([order]);
    if (outcome?.state !== 'pending') return outcome;
  }
  throw new Error('It is pending for ever');
}

describe('a backup', () => {
  it('is a snapshot, an upload by URLs, and an object that S3 has', async () => {
    const world = given();

    expect(await taken(world)).toEqual({ serverId: 'srv_1', state: 'done', objectBytes: 5000, memoryBytes: 1_200_000 });
    expect(world.sent.map(({ comment }) => comment)).toEqual(['latchkey snapshot-bak_1', 'latchkey upload-bak_1']);
    expect(world.sent[1]?.script).toContain('https://bucket.example/list');
  });

  it('is not taken twice', async () => {
    const world = given();
    await taken(world);

    await taken(world);

    expect(world.sent).toHaveLength(2);
  });

  it('reports a failed save, and a failed upload', async () => {
    const world = given();
    world.world.ending = () => ({ code: codes.saveFailed, output: 'The service could not save.' });

    expect(await taken(world)).toMatchObject({ reason: 'save_failed', detail: 'The service could not save.' });

    const another = given();
    another.world.ending = (_, comment) =>
      comment.startsWith('latchkey upload')
        ? { code: codes.transferFailed, output: 'A part was not taken.' }
        : { code: 0, output: '5000 1200000' };

    expect(await taken(another)).toMatchObject({ reason: 'unavailable', detail: 'A part was not taken.' });
    expect(another.store.objects.size).toBe(0);
  });

  it('holds up no stop: an upload is in a lane of its own', async () => {
    const world = given();
    world.world.ending = (_, comment) =>
      comment.startsWith('latchkey upload') ? { status: 'InProgress' } : { code: 0, output: '5000 1200000' };
    await world.fleet.backup([order]);

    await world.fleet.backup([order]);

    expect(await world.fleet.stopServices(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'done' }]);
  });

  it('is refused of a server that is stopped or not there', async () => {
    const world = given();
    anInstance(world.world, 'srv_2', { state: 'stopped' });

    const outcomes = await world.fleet.backup(['srv_2', 'srv_3'].map((serverId) => ({ serverId, backup })));

    expect(outcomes.map((outcome) => 'reason' in outcome && outcome.reason)).toEqual(['server_stopped', 'not_found']);
  });
});

describe('restoring', () => {
  it('fetches the backup on the server, and is done when it’s whole', async () => {
    const world = given();
    await taken(world);

    expect(await world.fleet.restore([order])).toEqual([{ serverId: 'srv_1', state: 'done' }]);
    expect(world.sent.at(-1)).toMatchObject({ comment: 'latchkey restore-bak_1' });
  });

  it('may take half an hour, and is done before the workflow has come twenty times', async () => {
    const world = given();
    await taken(world);
    const until = world.world.at + 30 * 60_000;
    world.world.ending = () => (world.world.at < until ? { status: 'InProgress' } : { code: 0 });
    let calls = 1;

    while ((await world.fleet.restore([order]))[0]?.state === 'pending') calls += 1;

    expect(calls).toBeLessThan(20);
    expect(world.sent.filter(({ comment }) => comment === 'latchkey restore-bak_1')).toHaveLength(1);
  });

  it.each([
    [codes.damaged, 'backup_damaged'],
    [codes.running, 'service_running'],
    [codes.transferFailed, 'unavailable'],
  ])('reports exit %s as %s', async (code, reason) => {
    const world = given();
    await taken(world);

    world.world.ending = () => ({ code });

    expect(await world.fleet.restore([order])).toEqual([expect.objectContaining({ reason })]);
  });

  it('misses a backup that S3 does not have', async () => {
    expect(await given().fleet.restore([order])).toEqual([expect.objectContaining({ reason: 'backup_missing' })]);
  });
});
