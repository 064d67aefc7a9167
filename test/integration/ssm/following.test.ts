/** The replication scripts of a server, with a real Redis. */
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createAuthority, issueServerCertificate } from '#lib/certificates/certificate.ts';
import { installScript, requestScript } from '#lib/fleet/ec2/scripts/certificates.ts';
import {
  admitScript,
  followScript,
  passwordScript,
  prepareScript,
  promoteScript,
  writersScript,
} from '#lib/fleet/ec2/scripts/following.ts';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { infoScript } from '#lib/fleet/ec2/scripts/settings.ts';
import { stopScript } from '#lib/fleet/ec2/scripts/stop.ts';
import { type AServer, aServer, serverProgram, sha256 } from './a-server.ts';

let servers: AServer[] = [];
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const authority = createAuthority('Test authority', new Date());

/** With a certificate of the authority, which the two scripts install as the driver sends them. */
async function certified(): Promise<AServer & { tlsPort: number }> {
  const tlsPort = await freePort();
  const conf = `tls-port ${tlsPort}\ntls-replication yes\ntls-auth-clients no`;
  const server = aServer({ conf });
  servers.push(server);
  const file = (name: string) => join(server.base, 'tls', name);
  const lines = ['cert', 'key', 'ca-cert'].map(
    (name, index) => `tls-${name}-file ${file(['certificate', 'key', 'authority'][index] ?? '')}.pem`,
  );
  execFileSync('/bin/sh', ['-c', `printf '%s\\n' "$@" >>${server.base}/valkey.conf`, 'sh', ...lines]);
  execFileSync('openssl', [
    'genpkey',
    '-algorithm',
    'EC',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-out',
    file('key.pem'),
  ]);
  const publicKey = createPublicKey(server.run(requestScript).output);
  const identity = { publicKey, hosts: [], addresses: ['127.0.0.1'], until: new Date(Date.now() + 86_400_000) };
  const certificate = issueServerCertificate(authority, identity, new Date());
  expect(server.run(installScript({ certificate, authority: authority.certificate })).code).toBe(0);
  return { ...server, tlsPort };
}

async function started() {
  const server = await certified();
  expect(server.run(startScript).code).toBe(0);
  return server;
}

const word = (server: AServer, name: string) =>
  new RegExp(`^${name}:(.*)$`, 'm').exec(server.run(infoScript(['replication'], [name])).output)?.[1] ?? null;

const positionOf = (leader: AServer) => ({
  history: word(leader, 'master_replid') ?? '',
  offset: Number(word(leader, 'master_repl_offset')),
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (condition()) return;
    await sleep(100);
  }
  throw new Error('It never came to pass');
}

/** The three scripts in the order in which the driver sends them. */
async function following() {
  const [leader, follower] = [await started(), await started()];
  leader.client('SET', 'before', '1');
  const prepared = follower.run(prepareScript);
  const admitted = leader.run(admitScript(prepared.output));
  expect(admitted.code).toBe(0);
  const followed = follower.run(followScript('127.0.0.1', leader.tlsPort));
  expect(followed).toEqual({ code: 0, output: 'It follows.' });
  await until(() => word(follower, 'master_link_status') === 'up');
  return { leader, follower, prepared, admitted };
}

describe('a server that follows another', () => {
  it('gets all of its data over TLS, and the two secrets stay where they were made', async () => {
    const { leader, follower, prepared, admitted } = await following();
    expect(follower.client('GET', 'before')).toBe('1');

    leader.client('SET', 'after', '2');
    await until(() => follower.client('GET', 'after') === '2');
    const secret = readFileSync(join(follower.base, 'replication'), 'utf8').trim();

    expect(prepared.output).toBe(sha256(secret));
    expect(`${prepared.output}${admitted.output}`).not.toContain(secret);
  }, 60_000);

  it('follows from its first start on, as a fork that is being created does', async () => {
    const [leader, follower] = [await started(), await certified()];
    leader.client('SET', 'before', '1');
    expect(leader.run(admitScript(follower.run(prepareScript).output)).code).toBe(0);
    expect(follower.run(followScript('127.0.0.1', leader.tlsPort))).toEqual({
      code: 0,
      output: 'It follows from its next start on.',
    });

    expect(follower.run(startScript).code).toBe(0);

    await until(() => follower.client('GET', 'before') === '1');
  }, 60_000);

  it('does not follow a leader of another authority', async () => {
    const { leader, follower } = await following();
    const stranger = createAuthority('Another authority', new Date()).certificate;
    const publicKey = createPublicKey(follower.run(requestScript).output);
    const identity = { publicKey, hosts: [], addresses: ['127.0.0.1'], until: new Date(Date.now() + 86_400_000) };
    const own = issueServerCertificate(authority, identity, new Date());
    follower.run(installScript({ certificate: own, authority: stranger }));
    expect(follower.run(stopScript).code).toBe(0);
    leader.client('SET', 'meanwhile', '1');

    expect(follower.run(startScript).code).toBe(0);

    await sleep(2000);
    expect(word(follower, 'master_link_status')).toBe('down');
    expect(follower.client('GET', 'meanwhile')).toBe('');
  }, 60_000);

  it('refuses a certificate for another key', async () => {
    const [one, other] = [await certified(), await certified()];
    const certificate = readFileSync(join(other.base, 'tls', 'certificate.pem'), 'utf8');

    expect(one.run(installScript({ certificate, authority: authority.certificate }))).toMatchObject({
      output: 'The certificate is for another key.',
    });
  }, 60_000);

  it('follows again after a stop and a start', async () => {
    const { leader, follower } = await following();
    expect(follower.run(stopScript).code).toBe(0);

    leader.client('SET', 'meanwhile', '3');
    expect(follower.run(startScript).code).toBe(0);

    await until(() => word(follower, 'master_link_status') === 'up');
    expect(follower.client('GET', 'meanwhile')).toBe('3');
  }, 60_000);

  it('is promoted with everything that its leader had, and stays a leader', async () => {
    const { leader, follower } = await following();
    expect(leader.run(writersScript('refused')).code).toBe(0);
    expect(leader.client('SET', 'late', '1')).toMatch(/NOPERM/);
    expect(follower.run(promoteScript(positionOf(leader)))).toEqual({ code: 0, output: 'It follows nobody.' });
    expect(word(follower, 'role')).toBe('master');
    expect(follower.client('SET', 'own', '1')).toBe('OK');
    follower.run(stopScript);
    follower.run(startScript);
    expect(word(follower, 'role')).toBe('master');
    expect(follower.client('GET', 'before')).toBe('1');

    // The old leader accepts writes again after the command, and not after a restart.
    leader.run(stopScript);
    leader.run(startScript);
    expect(leader.client('SET', 'late', '1')).toMatch(/NOPERM/);
    expect(leader.run(writersScript('admitted')).code).toBe(0);
    expect(leader.client('SET', 'late', '1')).toBe('OK');
  }, 60_000);

  it('is not promoted while its leader has more', async () => {
    const { leader, follower } = await following();
    const { history, offset } = positionOf(leader);

    expect(follower.run(promoteScript({ history, offset: offset + 1_000_000 }))).toMatchObject({
      output: 'The leader has more.',
    });

    const other = 'ab'.repeat(20);
    expect(follower.run(promoteScript({ history: other, offset: 0 }))).toMatchObject({
      output: 'The leader has more.',
    });
    expect(word(follower, 'role')).toBe('slave');
  }, 60_000);
});

describe('a new password', () => {
  it('is the only one from then on, also after a restart', async () => {
    const server = await started();
    expect(server.run(passwordScript(sha256('new'))).code).toBe(0);

    const asNew = () =>
      execFileSync(
        serverProgram('cli'),
        ['-s', join(server.base, 'data/valkey.sock'), '-a', 'new', '--no-auth-warning', 'PING'],
        {
          encoding: 'utf8',
        },
      ).trim();
    expect(asNew()).toBe('PONG');
    expect(server.client('PING')).toMatch(/WRONGPASS|NOAUTH/);

    server.run(stopScript);
    server.run(startScript);

    expect(asNew()).toBe('PONG');
    expect(server.client('PING')).toMatch(/WRONGPASS|NOAUTH/);
  }, 60_000);
});
