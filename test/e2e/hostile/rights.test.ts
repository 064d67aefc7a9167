/** What a tenant's user may do on its database, read from the running server: no command escapes administration. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { findRedisBinary } from 'process-fleet/redis-binary';
import { aFleet, aRunningDatabase, aServer, password, type World } from 'process-fleet/test-support/given';
import { applicationRights } from '#lib/model/application-rights.ts';
import { until } from '#local/test-support/until.ts';

let world: World;
let tenant: Redis;
let admin: Redis;
let port: number;

beforeAll(async () => {
  world = await aFleet({ applicationRights });
  await aRunningDatabase(world, aServer('srv_1', { memoryMb: 64 }));
  port = (await world.fleet.describe(['srv_1']))[0]?.endpoint?.port ?? 0;
  tenant = await world.client();
  await tenant.set('secret', 'the plaintext');
  const adminPassword = await readFile(join(world.memoryDir, 'srv_1', 'admin-password'), 'utf8');
  admin = new Redis(port, { username: 'latchkey', password: adminPassword });
});
afterAll(async () => {
  admin.disconnect();
  await world.end();
});

const refused = /NOPERM|permission|not allowed/i;
/** Of the category `admin`, yet harmless: they show a client's own properties, or slow commands. */
const granted = ['acl|whoami', 'client|list', 'slowlog|get', 'slowlog|len', 'latency|latest'];

describe('the user of a tenant', () => {
  it('has no administrative command, whatever the server’s version has', async () => {
    const names = (await admin.call('COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', 'admin')) as string[];
    expect(names.length).toBeGreaterThan(40);

    const rights = String(((await admin.call('ACL', 'GETUSER', 'default')) as unknown[])[5]);
    expect(rights).toContain('-@admin');

    const allowed: string[] = [];
    for (const name of names) {
      // Their arguments do not matter: permissions are checked first, after the number of arguments.
      const response = await admin.call('ACL', 'DRYRUN', 'default', ...name.split('|'), 'a', 'b').catch(String);
      if (response === 'OK') allowed.push(name);
    }

    expect(allowed.filter((name) => !granted.includes(name))).toEqual([]);
  });

  it.each([
    'CLIENT PAUSE 100000 ALL',
    'CLIENT NO-EVICT ON',
    'CLIENT KILL USER latchkey',
    'CLIENT UNBLOCK 1',
    'CONFIG SET save 1',
    'CONFIG SET busy-reply-threshold 0',
    'ACL SETUSER another on nopass ~* +@all',
    'SHUTDOWN NOSAVE',
    'SHUTDOWN ABORT',
    'DEBUG SLEEP 1000',
    'MONITOR',
    'SAVE',
    'BGSAVE',
    'BGREWRITEAOF',
    'REPLICAOF 127.0.0.1 1',
    'SYNC',
    'PSYNC ? -1',
    'REPLCONF listening-port 1',
    'FAILOVER',
    'MODULE LOAD /tmp/a.so',
    'MIGRATE 127.0.0.1 1 secret 0 100',
    'CLUSTER RESET',
  ])('is refused %s, also by a script and in a transaction', async (line) => {
    const [name = '', ...words] = line.split(' ');
    const client = await world.client();

    await expect(client.call(name, ...words)).rejects.toThrow(refused);

    const script = `return redis.call(${[name, ...words].map((word) => `'${word}'`).join(', ')})`;
    await expect(client.eval(script, 0)).rejects.toThrow();

    await client.call('MULTI');
    await expect(client.call(name, ...words)).rejects.toThrow(refused);
    await expect(client.call('EXEC')).rejects.toThrow(/EXECABORT/);
    expect(await tenant.get('secret')).toBe('the plaintext');

    client.disconnect();
  });

  it('is followed by no server of its own', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'latchkey-replica-'));
    const replicaPort = port + 150;
    const follow = ['--replicaof', '127.0.0.1', String(port), '--masteruser', 'default', '--masterauth', password];
    const child = spawn(findRedisBinary(), ['--port', String(replicaPort), '--dir', dir, '--save', '', ...follow], {
      stdio: 'pipe',
    });
    const ended = once(child, 'exit');
    let log = '';
    child.stdout.on('data', (chunk) => {
      log += String(chunk);
    });
    try {
      // Both versions' messages: the leader refuses PSYNC, and SYNC after it.
      await until('the leader refuses', async () => refused.test(log), { withinMs: 10_000, seen: () => log });
      const replica = new Redis(replicaPort);
      expect(await replica.get('secret').catch(() => null)).toBeNull();
      replica.disconnect();
      expect(await admin.info('replication')).toMatch(/connected_slaves:0/);
    } finally {
      child.kill('SIGKILL');
      await ended;
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('can’t use more of the machine’s memory for its connections than its plan', async () => {
    const limit = Number(((await admin.config('GET', 'maxmemory-clients')) as string[])[1]);
    expect(limit).toBe(640 * 1024 * 1024);
  });
});
