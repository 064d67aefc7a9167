/** The scripts that start and stop a server's service, with a real Redis. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { codes } from '#lib/fleet/ec2/scripts/prelude.ts';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { configureScript, resetScript, restartScript } from '#lib/fleet/ec2/scripts/settings.ts';
import { shutDownScript } from '#lib/fleet/ec2/scripts/shut-down.ts';
import { stopScript } from '#lib/fleet/ec2/scripts/stop.ts';
import { versionsIn } from '#lib/fleet/ec2/scripts/upgrade.ts';
import { type AServer, aServer } from './a-server.ts';

let servers: AServer[] = [];
const given = (): AServer => {
  const server = aServer();
  servers.push(server);
  return server;
};
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});
const started = (): AServer => {
  const server = given();
  expect(server.run(startScript)).toEqual({ code: 0, output: 'The service answers, with its data.' });
  return server;
};

describe('starting a service on a server', () => {
  it('is done when it responds and its append-only file is there, and may run twice', () => {
    const server = started();

    expect(existsSync(join(server.base, 'data/appendonlydir/appendonly.aof.manifest'))).toBe(true);
    expect(server.run(startScript).code).toBe(0);
    expect(server.client('SET', 'a', '1')).toBe('OK');
  });

  it('says that it is not yet time while the server is set up, and that it never will be when that failed', () => {
    const server = given();
    rmSync(join(server.base, 'ready'));

    writeFileSync(join(server.base, 'cloud-init'), 'status: running\n');

    expect(server.run(startScript).code).toBe(codes.notYet);

    writeFileSync(join(server.base, 'cloud-init'), 'status: error\n');
    expect(server.run(startScript).code).toBe(codes.setUpFailed);
  });

  it('says why a service ended at its start', () => {
    const server = given();
    writeFileSync(join(server.base, 'data/dump.rdb'), 'this is no snapshot');
    const { code, output } = server.run(startScript);

    expect(code).toBe(codes.startFailed);
    expect(output).toMatch(/ended at its start: .*Fatal error loading the DB/);
  }, 30_000);
});

describe('stopping a service on a server', () => {
  it('saves, proves the save, stops, and starts again with every write', () => {
    const server = started();
    for (let number = 0; number < 100; number += 1) server.client('SET', `key-${number}`, String(number));
    const { code, output } = server.run(stopScript);
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringMatching(/^Saved [1-9]\d+ bytes at \d+ and stopped\.$/m),
    });
    expect(server.isRunning()).toBe(false);

    // The snapshot alone also contains everything.
    rmSync(join(server.base, 'data/appendonlydir'), { recursive: true });
    expect(server.run(startScript).code).toBe(0);
    expect(server.client('DBSIZE')).toBe('100');
  }, 30_000);

  it('finds nothing to stop the second time', () => {
    const server = started();
    server.run(stopScript);
    expect(server.run(stopScript)).toEqual({ code: codes.notRunning, output: 'The service does not run.' });
  });

  it('leaves the service up, and unreachable, when its memory alone has the data and cannot be saved', () => {
    const server = started();
    server.client('SET', 'a', '1');
    server.admin('CONFIG', 'SET', 'appendonly', 'no');
    rmSync(join(server.base, 'data/appendonlydir'), { recursive: true });
    // A folder with the snapshot's name, which a rename does not replace.
    mkdirSync(join(server.base, 'data/dump.rdb/in-the-way'), { recursive: true });
    const { code, output } = server.run(stopScript);
    expect({ code, output }).toEqual({
      code: codes.saveFailed,
      output: expect.stringContaining('The service could not save'),
    });
    expect(server.isRunning()).toBe(true);
    expect(existsSync(join(server.base, 'rules'))).toBe(true);
    expect(server.client('PING')).toMatch(/NOAUTH|WRONGPASS/);

    // The key became usable again: the service is started although it runs already.
    expect(server.run(startScript).code).toBe(0);
    expect(existsSync(join(server.base, 'rules'))).toBe(false);
    expect(server.client('GET', 'a')).toBe('1');
  });

  it('keeps the service stopped over a boot, until it is started', () => {
    const server = started();
    server.run(stopScript);
    expect(existsSync(join(server.base, 'wanted'))).toBe(false);
  });
});

describe('shutting a server down', () => {
  const order = (server: AServer) =>
    existsSync(join(server.base, 'ordered')) ? readFileSync(join(server.base, 'ordered'), 'utf8') : null;

  it('is ordered once the service was stopped, for after the script', () => {
    const server = started();
    server.run(stopScript);

    expect(server.run(shutDownScript(new Date()))).toEqual({ code: 0, output: 'The server shuts down.' });
    expect(order(server)).toMatch(/--on-active=2 .*systemctl poweroff/);
  });

  it('never happens under a service that runs or is starting', () => {
    const server = started();
    expect(server.run(shutDownScript(new Date())).code).toBe(codes.running);

    server.run(stopScript);
    writeFileSync(join(server.base, 'wanted'), '');

    expect(server.run(shutDownScript(new Date())).code).toBe(codes.running);
    expect(order(server)).toBeNull();
  });

  it('is refused when the server booted since the request', () => {
    const server = given();
    expect(server.run(shutDownScript(new Date(0))).code).toBe(codes.bootedSince);
    expect(order(server)).toBeNull();
  });
});

describe('a service that runs', () => {
  it('takes settings at once, and has them after a restart', () => {
    const server = started();
    const settings = {
      memoryMb: 64,
      maxClients: 50,
      evictionPolicy: 'allkeys-lru',
      idleTimeoutSeconds: 300,
      keyspaceEvents: 'KEA',
    };

    expect(server.run(configureScript(settings))).toEqual({ code: 0, output: 'Set.' });
    expect(server.admin('CONFIG', 'GET', 'maxmemory')).toContain('67108864');
    expect(server.run(restartScript(null)).code).toBe(0);
    expect(server.admin('CONFIG', 'GET', 'timeout')).toContain('300');
    expect(server.admin('CONFIG', 'GET', 'maxmemory-policy')).toContain('allkeys-lru');
  }, 30_000);

  it('restarts with its data, and only when it is meant to run', () => {
    const server = started();
    server.client('SET', 'a', '1');
    const before = server.admin('INFO', 'server').match(/run_id:(\w+)/)?.[1];
    expect(server.run(restartScript(null)).code).toBe(0);
    expect(server.admin('INFO', 'server')).not.toContain(before);
    expect(server.client('GET', 'a')).toBe('1');

    // An interrupted restart is completed by the next one, unless the service was stopped meanwhile.
    rmSync(join(server.base, 'wanted'));
    writeFileSync(join(server.base, 'restarting'), '');
    server.admin('SHUTDOWN', 'NOSAVE');
    expect(server.run(restartScript(null)).code).toBe(0);
    expect(server.client('GET', 'a')).toBe('1');
    server.run(stopScript);
    expect(server.run(restartScript(null))).toEqual({ code: 0, output: 'The service is not meant to run.' });
    expect(server.isRunning()).toBe(false);
  }, 30_000);

  it.each([
    ['2023.9.20251117', '8.0.1', true],
    ['2023.13.20260901', '8.0.7', false],
  ])(
    'is upgraded to the release that is named, and never back: from %s',
    (system, valkey, upgrades) => {
      const server = started();
      writeFileSync(join(server.base, 'versions'), `system-release=${system}\nvalkey=${valkey}\n`);
      writeFileSync(join(server.base, 'upgraded'), 'system-release=2023.12.20260727\nvalkey=8.0.6\n');
      const { code, output } = server.run(restartScript('2023.12.20260727'));

      expect(code).toBe(0);
      expect(existsSync(join(server.base, 'upgrades'))).toBe(upgrades);

      const after = upgrades ? { system: '2023.12.20260727', service: '8.0.6' } : { system, service: valkey };
      expect(versionsIn(output)).toEqual({ before: { system, service: valkey }, after });
    },
    30_000,
  );

  it('counts from 0 again', () => {
    const server = started();
    server.client('GET', 'a');

    expect(server.run(resetScript).code).toBe(0);
    expect(server.admin('INFO', 'stats')).toMatch(/keyspace_misses:0/);
  });
});
