/** The evidence of a real lockout. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bundle } from '#lib/evidence/statement.ts';
import { customerAccount } from '#local/accounts.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { help, verifyEvidence } from '../../../scripts/verify-evidence.ts';
import {
  aServingDatabase,
  type DatabaseResponse,
  evidenceKeyOf,
  lockoutIn,
  rowOf,
  urlsOf,
  withRedis,
} from './preconditions.ts';

let platform: Platform;
let key: string;
let keyId: string;
let databases: DatabaseResponse[];
let publicKey: string;
let bundle: Bundle;
let folder: string;
let opened: string;
const treasure = 'a treasure that nobody may read';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-evidence-'));
  platform = await aPlatform();
  key = await platform.keyOfCustomer();
  databases = [
    await aServingDatabase(platform, { key, name: 'orders-db' }),
    await aServingDatabase(platform, { key, name: 'basket-db' }),
  ];
  await aServingDatabase(platform, { name: 'bystander', app: 'example-app' });
  keyId = databases[0]?.key?.id ?? '';
  for (const { id } of databases)
    await withRedis((await urlsOf(platform, id)).url, (redis) => redis.set('treasure', treasure));
  await platform.kms('DisableKey', { KeyId: key });
  opened = (await lockoutIn(platform, key, 'stopped')).id;
  await until('the admins are notified that all stopped', () => toldOf('databases_stopped'));
  await platform.kms('EnableKey', { KeyId: key });
  await lockoutIn(platform, key, 'restored');
  await until('the admins are notified that all is restored', () => toldOf('databases_restored'));
  publicKey = await evidenceKeyOf(platform);
  bundle = (await platform.ask<Bundle>(`GET /v1/keys/${keyId}/evidence`)).body;
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await platform.close();
});

const toldOf = async (fact: string) =>
  (await platform.entries()).find(({ type, data }) => type === 'AdminsNotified' && data.fact === fact);
const asPage = async (): Promise<string> => {
  const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
  const headers = { authorization: `Bearer ${platform.tokens.teamToken}`, accept };
  return (await fetch(`${platform.cloud.urls.api}/v1/keys/${keyId}/evidence`, { headers })).text();
};
const evidence = (query: string) => platform.ask<Bundle>(`GET /v1/keys/${keyId}/evidence${query}`);
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe('the evidence of a lockout', () => {
  it('verifies with the public key that KMS gives the customer', () => {
    expect(verifyEvidence(JSON.stringify(bundle), { publicKey })).toMatchObject({
      code: 0,
      text: expect.stringContaining('There was one lockout'),
    });
    expect(bundle.statement.lockouts).toMatchObject([
      { lockout: opened, opened: { cause: 'key_disabled', databases: 2 }, ended: { state: 'restored' } },
    ]);
  });

  it('names the calls that turned the key, with the ids of CloudTrail and of KMS', () => {
    const by = `arn:aws:iam::${customerAccount}:user/admin`;
    const cloudTrail = { eventId: uuid, requestId: 'test', at: expect.stringMatching(/Z$/) };

    expect(bundle.statement.events).toMatchObject([
      { name: 'DisableKey', by, cloudTrail },
      { name: 'EnableKey', by, cloudTrail },
    ]);
  });

  it('has every check with the request ids of its calls, two for what stops anything', () => {
    const checks = bundle.statement.lockouts[0]?.checks ?? [];

    expect(checks.map(({ state, check }) => [state, check.verdict])).toEqual([
      ['waiting', 'unusable'],
      ['waiting', 'unusable'],
      ['stopping_services', 'unusable'],
      ['stopping_services', 'unusable'],
      ['stopping_servers', 'unusable'],
      ['stopped', 'unusable'],
      ['starting_servers', 'usable'],
      ['starting_services', 'usable'],
      ['restored', 'usable'],
    ]);
    for (const { check } of checks) expect(check.calls.map(({ requestId }) => requestId)).toEqual(Array(10).fill(uuid));
  });

  it('shows each save, and that each volume came back byte for byte', async () => {
    const { stops = [], restores = [] } = bundle.statement.lockouts[0] ?? {};
    const saved = { savedAt: expect.stringMatching(/Z$/), snapshotBytes: expect.any(Number) };
    const digest = { volumeBytes: expect.any(Number), volumeSha256: expect.stringMatching(/^[0-9a-f]{64}$/) };

    for (const { id, name } of databases) {
      expect(stops.filter(({ databaseId }) => databaseId === id)).toMatchObject([
        { what: 'service', name, ...saved },
        { what: 'server', name, ...saved, ...digest },
      ]);
      expect(restores.filter(({ databaseId }) => databaseId === id)).toMatchObject([
        { what: 'server', ...digest, sameAsStopped: true },
        { what: 'service' },
      ]);
    }
  });

  it('shows that KMS refused to open each volume while it was stopped, and to decrypt what the key had made', () => {
    const { triedStarts = [], refusedDecrypts = [] } = bundle.statement.lockouts[0] ?? {};
    const refusal = { error: 'DisabledException', requestId: uuid };

    expect(triedStarts.map(({ databaseId }) => databaseId).sort()).toEqual(databases.map(({ id }) => id).sort());
    for (const tried of triedStarts) expect(tried).toMatchObject({ answer: 'refused', ...refusal });
    expect(refusedDecrypts.length).toBeGreaterThan(0);
    for (const refused of refusedDecrypts) expect(refused).toMatchObject({ of: 'canary', dryRun: false, ...refusal });
  });

  it('names each mail, with the id by which SES knows it', async () => {
    const mails = bundle.statement.lockouts[0]?.mails ?? [];
    const sent = (await platform.mails()).map(({ messageId }) => messageId);

    expect(mails.map(({ fact, to }) => [fact, to])).toEqual(
      ['lockout_opened', 'databases_stopped', 'databases_restored'].map((fact) => [fact, 'admin@example.com']),
    );
    for (const { messageId } of mails) expect(sent).toContain(messageId);
  });

  it('is what a whole export of the timeline says, and leaves out nothing about the key', async () => {
    const timeline = JSON.stringify(await platform.entries());
    expect(verifyEvidence(JSON.stringify(bundle), { publicKey, timeline })).toMatchObject({ code: 0 });

    const others = (await platform.entries()).filter(({ subject }) => subject.keyId !== keyId);
    expect(others.length).toBeGreaterThan(0);
    for (const { id } of others) expect(JSON.stringify(bundle)).not.toContain(id);
  });

  it('holds no password, no URL, no wrapped or sealed secret, no token and nothing of the data', async () => {
    const row = await rowOf(platform, databases[0]?.id ?? '');
    const { url } = await urlsOf(platform, row.id);
    const secrets = [
      treasure,
      url,
      new URL(url).password,
      row.sealedPassword,
      row.passwordSha256,
      ...Object.values(platform.tokens),
    ];

    const page = await asPage();

    for (const secret of secrets) {
      expect(JSON.stringify(bundle)).not.toContain(secret);
      expect(page).not.toContain(secret);
    }
  });

  it('covers the period, and says which lockouts continue beyond it', async () => {
    const stopped = bundle.statement.lockouts[0]?.states.find(({ state }) => state === 'stopped')?.at ?? '';
    const { body } = await evidence(`?from=${stopped}`);

    expect(body.statement.lockouts).toMatchObject([{ opened: null, ended: { state: 'restored' }, stops: [] }]);

    const before = await evidence(`?to=${stopped}`);
    expect(before.body.statement.lockouts).toMatchObject([
      { opened: { cause: 'key_disabled' }, ended: null, restores: [] },
    ]);
    for (const part of [body, before.body])
      expect(verifyEvidence(JSON.stringify(part), { publicKey })).toMatchObject({ code: 0 });
  });
});

describe('the page', () => {
  it('verifies like the bundle, and says what the bundle says', async () => {
    const page = await asPage();
    expect(verifyEvidence(page, { publicKey })).toMatchObject({ code: 0 });

    const { lockouts, events } = bundle.statement;
    const ids = [lockouts[0]?.triedStarts, lockouts[0]?.refusedDecrypts].flatMap(
      (each) => each?.map(({ requestId }) => requestId ?? '') ?? [],
    );
    const digests = lockouts[0]?.stops.flatMap(({ volumeSha256 }) => volumeSha256 ?? []) ?? [];
    const visible = page.slice(0, page.indexOf('<script'));

    for (const fact of [
      opened,
      key,
      'orders-db',
      'admin@example.com',
      ...ids,
      ...digests,
      ...events.map(({ cloudTrail }) => cloudTrail?.eventId ?? ''),
    ])
      expect(visible).toContain(fact);
  });

  it('may run nothing and load nothing', async () => {
    const headers = { authorization: `Bearer ${platform.tokens.teamToken}`, accept: 'text/html' };
    const response = await fetch(`${platform.cloud.urls.api}/v1/keys/${keyId}/evidence`, { headers });

    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; frame-ancestors 'none'; style-src 'sha256-[\w+/]{43}='$/,
    );
    expect(await response.text()).not.toMatch(/<script(?! type="application\/json")|<link|<img|@import|url\(/);
  });

  it('is refused when one visible byte of it is another', async () => {
    const page = await asPage();
    const forged = page.replace('>refused<', '>rEfused<');

    expect(forged).not.toBe(page);
    expect(verifyEvidence(forged, { publicKey })).toMatchObject({ code: 1, text: expect.stringContaining('rEfused') });
  });
});

describe('the script', () => {
  const run = promisify(execFile);
  const root = join(import.meta.dirname, '../../..');
  const node = (...args: string[]) => run(process.execPath, ['scripts/verify-evidence.ts', ...args], { cwd: root });
  const written = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('exits with 0 for the original bundle, and with 1 for a bundle with a flipped byte', async () => {
    const keyFile = written('key.pem', publicKey);
    const { stdout } = await node('--public-key', keyFile, written('bundle.json', JSON.stringify(bundle)));

    expect(stdout).toMatch(/^Verified: There was one lockout/);

    const flipped = written('flipped.json', JSON.stringify(bundle).replace('DisabledException', 'DisabledExceptioN'));
    await expect(node('--public-key', keyFile, flipped)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NOT VERIFIED'),
    });
    await expect(node(flipped)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(help.slice(0, 40)) });
  });

  it('is not needed: jq and openssl verify the signature by the commands that the bundle names', async () => {
    const file = written('bundle.json', JSON.stringify(bundle));
    const [, , commands = ''] = bundle.statement.verify;
    const line = commands.slice(commands.indexOf('jq')).replaceAll('FILE', file);

    const { stdout } = await run('bash', ['-c', line], { cwd: folder });

    expect(stdout).toBe('Verified OK\n');
    expect(readFileSync(join(folder, 'statement'), 'utf8')).toContain('latchkey-evidence/1');
  });
});
