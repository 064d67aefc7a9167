/** A whole journey with failures, and every secret that occurred in it, so that the test can search for them. */

import type { RequestOptions } from '#local/test-support/http.ts';
import type { Platform } from '#test/support/cloud.ts';
import { anImportedKey } from '#test/support/imported-key.ts';
import { until } from '#test/support/when.ts';
import { aFork, caughtUp, promote, settled } from './fork-world.ts';
import { aServingDatabase, type DatabaseResponse, inStatus, lockoutIn, rowOf, urlsOf } from './preconditions.ts';
import { sessionJourney } from './session-journey.ts';

export interface Journey {
  /** Passwords, tokens, config vars, and the secrets of sessions. */
  readonly secrets: string[];
  /** Plaintexts that KMS returned: data keys, and passwords. Base64, as received. */
  readonly plaintexts: Set<string>;
  /** Every refusal, complete. */
  readonly errors: string[];
  /** What a signed-in person reads: lists and a page of evidence. */
  readonly pages: string[];
}

const ofTheApp = 'p4ssw0rd-of-the-app';
const ofAStranger = 'a-guess-at-a-password';

export async function journey(platform: Platform): Promise<Journey> {
  const record: Journey = {
    secrets: [ofTheApp, ofAStranger],
    plaintexts: keptPlaintexts(platform),
    errors: [],
    pages: [],
  };
  record.secrets.push(platform.tokens.teamToken, platform.tokens.adminToken);
  const key = await platform.keyOfCustomer();
  const database = await aServingDatabase(platform, { key, name: 'journey-db' });
  await learn(platform, record, database.id);
  await makeTokens(platform, record);
  await platform.ask('PATCH /v1/apps/your-app-name/config-vars', { body: { API_KEY: ofTheApp } });
  await restore(platform, record, key);
  await move(platform, record, key);
  await rotate(platform, record, database.id);
  await lockOut(platform, record, key);
  await mistakes(platform, record);
  await sessionJourney(platform, record);
  await failedProvisioning(platform);
  await platform.ask('DELETE /v1/databases/journey-db?confirm=journey-db');
  await until('it is gone', async () => (await platform.ask('GET /v1/databases/journey-db')).status === 404);
  return record;
}

/** The sample that a check encrypts is not secret. */
const sample = Buffer.from('latchkey').toString('base64');

function keptPlaintexts({ cloud: { kms } }: Platform): Set<string> {
  const kept = new Set<string>();
  const call = kms.call.bind(kms);
  kms.call = async (each) => {
    const response = await call(each);
    const plaintexts = [response, each.input].map((part) => (part as { Plaintext?: unknown } | undefined)?.Plaintext);
    for (const text of plaintexts) if (typeof text === 'string' && text !== sample) kept.add(text);
    return response;
  };
  return kept;
}

async function learn(platform: Platform, { secrets }: Journey, id: string): Promise<void> {
  const { url, tlsUrl } = await urlsOf(platform, id);
  secrets.push(new URL(url).password, new URL(tlsUrl).password);
}

const admin = ({ tokens }: Platform): RequestOptions => ({ token: tokens.adminToken });

async function makeTokens(platform: Platform, { secrets }: Journey): Promise<void> {
  const body = { name: 'ci' };
  const once = { ...admin(platform), body, headers: { 'idempotency-key': 'once' } };
  for (const ask of [{ ...admin(platform), body }, once, once])
    secrets.push((await platform.ask<{ token: string }>('POST /v1/tokens', ask)).body.token);
}

async function restore(platform: Platform, record: Journey, key: string): Promise<void> {
  const { body: backup } = await platform.ask<{ id: string }>('POST /v1/databases/journey-db/backups');
  const path = `GET /v1/databases/journey-db/backups/${backup.id}`;
  await until(
    'the backup is there',
    async () => (await platform.ask<DatabaseResponse>(path)).body.status === 'available',
  );
  const body = { name: 'restored-db', plan: 'private-7', app: 'example-app', encryptionKey: key, backup: backup.id };
  const made = await platform.ask<DatabaseResponse>('POST /v1/databases', { body });
  await inStatus(platform, made.body.id, 'available');
  await learn(platform, record, made.body.id);
}

/** From a database without a key to one with a key, by the leader's URL. */
async function move(platform: Platform, record: Journey, key: string): Promise<void> {
  const leader = await aServingDatabase(platform, { name: 'older-db' });
  await learn(platform, record, leader.id);
  const { url } = await urlsOf(platform, leader.id);
  const fork = await aFork(platform, { name: 'newer-db', fork: url, encryptionKey: key });
  await caughtUp(platform, fork.id);
  await promote(platform, fork.id);
  await settled(platform, fork.id);
  await learn(platform, record, fork.id);
}

async function rotate(platform: Platform, record: Journey, id: string): Promise<void> {
  await platform.ask(`POST /v1/databases/${id}/credentials/rotation`);
  await until('rotated', async () => !(await rowOf(platform, id)).rotating);
  await learn(platform, record, id);
}

async function lockOut(platform: Platform, record: Journey, key: string): Promise<void> {
  await platform.kms('DisableKey', { KeyId: key });
  const { id } = await lockoutIn(platform, key, 'stopped');
  await refusals(platform, record)('GET /v1/databases/journey-db/credentials');
  await platform.kms('EnableKey', { KeyId: key });
  await lockoutIn(platform, key, 'restored');
  await until(
    'the last mail',
    async () => (await platform.mails()).filter(({ body: mail }) => mail.text?.includes(id)).length === 3,
  );
}

const refusals =
  (platform: Platform, { errors }: Journey) =>
  async (line: string, ask: RequestOptions = {}): Promise<void> => {
    const response = await platform.ask(line, ask);
    if (response.status < 400) throw new Error(`${line} was not refused`);
    errors.push(JSON.stringify([response.body, [...response.headers]]));
  };

/** Secrets in wrong places: in bodies, paths and headers of requests that are refused. */
async function mistakes(platform: Platform, record: Journey): Promise<void> {
  const refused = refusals(platform, record);
  const { teamToken, adminToken } = platform.tokens;
  const fork = `redis://h:${ofAStranger}@127.0.0.1:6379`;
  const database = { plan: 'private-7', app: 'your-app-name' };
  const basic = `Basic ${Buffer.from(`me:${ofAStranger}`).toString('base64')}`;
  await refused('POST /v1/apps', { raw: `{"broken ${teamToken}` });
  await refused('POST /v1/databases', { body: { ...database, fork } });
  await refused('POST /v1/databases', { body: { ...database, password: ofAStranger } });
  await refused(`DELETE /v1/tokens/${adminToken}`, admin(platform));
  await refused('GET /v1/apps', { token: `${ofAStranger}x` });
  await refused('GET /account', { token: null, headers: { authorization: basic } });
}

async function failedProvisioning(platform: Platform): Promise<void> {
  const { arn: doomed } = await anImportedKey(platform);
  await platform.ask('POST /v1/keys', { body: { arn: doomed } });
  await platform.kms('DeleteImportedKeyMaterial', { KeyId: doomed });
  const made = await platform.ask<DatabaseResponse>('POST /v1/databases', {
    body: { name: 'doomed-db', plan: 'private-7', app: 'your-app-name', encryptionKey: doomed },
  });
  if (made.status === 202) await inStatus(platform, made.body.id, 'failed');
}
