/** A disk that is full, read-only or damaged when a database is stopped or started. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aKey,
  databases,
  disable,
  enable,
  inStatus,
  lockoutIn,
  mails,
  read,
  request,
  timeline,
  verification,
} from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import { digestOf, fill } from '#test/e2e/redis-data.ts';
import {
  bytesOf,
  filesIn,
  flipBit,
  folderOf,
  keepDiskFull,
  makeReadOnly,
  makeWritable,
  memoryOf,
  truncateFile,
  volumeOf,
  withoutRootOverride,
} from './disks.ts';
import { assertNothingLeft, assertServing, type Digests, fillDatabases, mailsOf } from './promises.ts';
import { aWorld } from './world.ts';

const app = 'your-app-name';
const names = ['orders', 'sessions'];
const world = aWorld({ firstPort: 22_300, wrapper: withoutRootOverride });
const { home } = world;
let keyArn: string;
let digests: Digests;
let troubled: string;

beforeAll(async () => {
  await world.start();
  keyArn = await aKey(world.cloud);
  digests = await fillDatabases(world, { keyArn, names });
  troubled = await serverOf('orders');
});
afterAll(() => world.end());

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** The name of its folder. */
async function serverOf(name: string): Promise<string> {
  const { port } = (await read<{ endpoint: { port: number } }>(world.cloud, `/v1/databases/${name}`)).endpoint;
  return filesIn(`${home.dir}/fleet/servers`).find((id) => recordOf(id).port === port) ?? '';
}

const recordOf = (serverId: string) =>
  JSON.parse(readFileSync(`${folderOf(home, serverId)}/server.json`, 'utf8')) as { port: number };

const held = async () => (await timeline(world.cloud)).filter(({ type }) => type === 'DatabasesHeld');

describe('a disk that refuses when a database is to be stopped', () => {
  const folder = () => folderOf(home, troubled);
  it.each<[string, string, () => () => void]>([
    ['full for the volume', 'ENOSPC', () => keepDiskFull({ file: `${volumeOf(home, troubled)}.new` })],
    [
      'read-only',
      'EACCES',
      () => {
        makeReadOnly(folder());
        return () => makeWritable(folder());
      },
    ],
  ])(
    '%s: the server keeps running, the operators are notified, and it is stopped once there is room',
    async (_, reason, begin) => {
      const [before, volume] = [(await held()).length, bytesOf(volumeOf(home, troubled))];
      const end = begin();
      endings.push(end);
      await disable(world.cloud, keyArn);
      await world.eventually('held', async () => (await held()).length > before);
      const { data, subject } = (await held()).at(-1) ?? {};
      expect(JSON.stringify(data)).toContain(reason);
      await mailsOf(world, subject?.lockoutId ?? '', ['attention_needed']);
      expect(bytesOf(volumeOf(home, troubled))).toBe(volume);
      expect(filesIn(home.memoryDir)).toContain(troubled);

      end();
      await world.eventually(
        'stopped',
        async () =>
          (await lockoutIn(world.cloud, 'stopped', 'stopping_services', 'stopping_servers')).state === 'stopped',
      );
      expect([home.services(), filesIn(home.memoryDir)]).toEqual([[], []]);
      await enable(world.cloud, keyArn);
      await lockoutIn(world.cloud, 'restored');
      await assertServing(world, digests);
      await assertNothingLeft(world);
    },
  );
});

it('a disk that is full for the snapshot holds no stop up: the append-only file is sealed instead', async () => {
  const before = (await held()).length;
  endings.push(keepDiskFull({ draftIn: memoryOf(home, troubled) }));
  await disable(world.cloud, keyArn);
  const { id } = await lockoutIn(world.cloud, 'stopped');
  expect([home.services(), filesIn(home.memoryDir)]).toEqual([[], []]);
  expect(await held()).toHaveLength(before);
  const stopped = (await timeline(world.cloud)).filter(
    ({ type, subject }) => type === 'ServicesStopped' && subject.lockoutId === id,
  );
  const proofs = stopped.flatMap(({ data }) => data.databases as { name: string; stop: object }[]);
  expect(proofs.find(({ name }) => name === 'orders')?.stop).toEqual({
    save: 'append_only_file',
    end: 'shutdown',
    reason: 'save_failed',
  });

  await enable(world.cloud, keyArn);
  await lockoutIn(world.cloud, 'restored');
  await assertServing(world, digests);
  await assertNothingLeft(world);
});

describe('a volume that was damaged while it was stopped', () => {
  it.each<[string, (path: string) => void]>([
    ['a bit of it flipped', flipBit],
    ['cut short', truncateFile],
  ])('%s: it is refused and reported, never served, never overwritten', async (_, damage) => {
    const name = `damaged-${damage.name.toLowerCase()}`;
    await databases(world.cloud, keyArn, [{ name, app }]);
    await fill(world.cloud, name, 5000);
    const serverId = await serverOf(name);
    await disable(world.cloud, keyArn);
    const { id } = await lockoutIn(world.cloud, 'stopped');
    damage(volumeOf(home, serverId));
    const damaged = bytesOf(volumeOf(home, serverId));
    await enable(world.cloud, keyArn);

    await lockoutIn(world.cloud, 'restored');
    const { failure } = await inStatus(world.cloud, name, 'failed');
    expect(failure?.reason).toBe('volume_damaged');
    const entries = (await timeline(world.cloud)).filter(({ type }) => type === 'DatabaseFailed');
    expect(entries.filter(({ data }) => data.name === name && data.reason === 'volume_damaged')).toHaveLength(1);
    await mailsOf(world, id, ['attention_needed', 'databases_restored']);
    const notices = (await mails(world.cloud)).filter(
      ({ subject, body }) => subject.includes('attention') && body.text.includes(id),
    );
    expect(notices.map(({ body }) => body.text.includes(`  ${name} `))).toEqual([true]);
    await assertServing(world, digests);
    expect(filesIn(home.memoryDir)).not.toContain(serverId);
    await expect(digestOf(world.cloud, name)).rejects.toThrow();

    await world.cloud.interrupt();
    await world.start();
    await disable(world.cloud, keyArn);
    await lockoutIn(world.cloud, 'stopped');
    await enable(world.cloud, keyArn);
    await lockoutIn(world.cloud, 'restored');
    expect(bytesOf(volumeOf(home, serverId))).toBe(damaged);
    expect(filesIn(home.memoryDir)).not.toContain(serverId);
    await assertServing(world, digests);
    await request(world.cloud, `DELETE /v1/databases/${name}?confirm=${name}`);
    await until('gone', async () => (await request(world.cloud, `GET /v1/databases/${name}`)).status === 404);
    await assertNothingLeft(world);
    expect((await verification(world.cloud)).intact).toBe(true);
  });
});
