/** Symbolic links that the service's user planted in its folders: root's commands do not follow them. */
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { snapshotScript, uploadScript } from '#lib/fleet/ec2/scripts/backups.ts';
import { passwordScript } from '#lib/fleet/ec2/scripts/following.ts';
import { codes } from '#lib/fleet/ec2/scripts/prelude.ts';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { stopScript } from '#lib/fleet/ec2/scripts/stop.ts';
import { type AServer, aServer, sha256 } from './a-server.ts';

let server: AServer;
afterEach(() => server.close());

/** A file of root, and a link to it in place of the service's own file. */
function planted(at: string): string {
  const secret = join(server.base, 'admin');
  rmSync(join(server.base, at), { force: true, recursive: true });
  symlinkSync(secret, join(server.base, at));
  return readFileSync(secret, 'utf8');
}

describe('a link that the service’s user planted', () => {
  it('in place of the log gives no line of what it points to', () => {
    server = aServer();
    writeFileSync(join(server.base, 'data/dump.rdb'), 'this is no snapshot');
    const secret = planted('data/valkey.log');
    const { code, output } = server.run(startScript);

    expect(code).toBe(codes.startFailed);
    expect(output).not.toContain(secret.trim());
  }, 30_000);

  it('in place of a snapshot is neither kept as a backup nor sent anywhere', () => {
    server = aServer();
    server.run(startScript);
    planted('data/backup-bak_1.rdb');
    const { code } = server.run(uploadScript('bak_1', { listUrl: 'http://127.0.0.1:9/list', partBytes: 10 }));

    expect(code).toBe(codes.transferFailed);
    expect(server.run(snapshotScript('bak_1')).code).toBe(0);
    expect(readFileSync(join(server.base, 'data/backup-bak_1.rdb'), 'latin1')).toMatch(/^REDIS/);
  }, 30_000);

  it('in place of the append-only file or of the users is not written through', async () => {
    server = aServer({ conf: 'busy-reply-threshold 50' });
    server.run(startScript);
    server.clientBeside('EVAL', "redis.call('set','t','1') while true do end", '0');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const secret = planted('acl/users.acl');

    expect(server.run(passwordScript(sha256('new'))).code).toBe(codes.notYet);

    planted('data/appendonlydir');
    server.run(stopScript);

    expect(readFileSync(join(server.base, 'admin'), 'utf8')).toBe(secret);
  }, 60_000);

  it('finds none of the files that commands go by in its own folders', () => {
    server = aServer();
    for (const name of ['lock', 'wanted', 'ready', 'admin'])
      symlinkSync('/etc/hostname', join(server.base, 'data', name));

    expect(server.run(startScript).code).toBe(0);
    expect(existsSync(join(server.base, 'wanted'))).toBe(true);
  }, 30_000);
});
