/**
 * The cloud's data before the fuzz test: two teams, and for the first an app, keys, an available database, a backup,
 * and a lockout.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { accessKey, customerAccount, region } from '#local/accounts.ts';
import type { Cloud } from '#local/cloud.ts';
import { seed } from '#local/seed.ts';

export interface World {
  readonly url: string;
  /** A token with every scope, in a team without an operator. */
  readonly token: string;
  readonly tokenId: string;
  /** The same in another team. */
  readonly strangersToken: string;
  /** The token that created both teams, which their timelines name. */
  readonly operatorId: string;
  /** Random names of the first team's resources, which no response to the other team may contain. */
  readonly facts: readonly string[];
  /** Names and ids of the resources. */
  readonly known: Readonly<Record<'arns' | 'apps' | 'spaces' | 'databases', readonly string[]>>;
}

interface ApiResponse {
  readonly id: string;
  readonly token?: string;
  readonly status?: string;
  readonly items?: readonly { readonly state?: string; readonly actor?: { readonly id: string } }[];
}

type SendRequest = (line: string, body?: object) => Promise<ApiResponse>;

/** Throws for a response without success. */
const asker =
  (url: string, token: string): SendRequest =>
  async (line, body) => {
    const [method = '', path = ''] = line.split(' ');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${line} returned ${response.status}: ${text}`);
    return JSON.parse(text || '{}') as ApiResponse;
  };

export async function prepare(cloud: Cloud): Promise<World> {
  const url = cloud.urls.api;
  const operator = asker(url, (await seed(cloud)).adminToken);
  const tokenOf = (team: string) =>
    operator('POST /v1/tokens', { name: 'fuzz', scopes: ['read', 'write', 'admin'], team });
  const [own, strangers] = [await tokenOf('fuzz'), await tokenOf('stranger')];
  const send = asker(url, own.token ?? '');
  const [made] = (await send('GET /v1/timeline')).items ?? [];
  const facts = [secretName(), secretName(), secretName(), secretName()];
  const [space = '', app = '', variable = '', admin = ''] = facts;
  await send('POST /v1/spaces', { name: 'fuzz-private' });
  await send('POST /v1/spaces', { name: space });
  await send('POST /v1/apps', { name: 'fuzz-app', space: 'fuzz-private', admins: ['admin@example.com'] });
  await send('POST /v1/apps', { name: app, space, admins: [`${admin}@example.com`] });
  await send(`PATCH /v1/apps/${app}/config-vars`, { SECRET: variable });
  const arns = await databasesUnderKeys(cloud, send);
  return {
    ...{ url, token: own.token ?? '', tokenId: own.id, strangersToken: strangers.token ?? '' },
    ...{ operatorId: made?.actor?.id ?? '', facts },
    known: { arns, apps: ['fuzz-app'], spaces: ['fuzz-private'], databases: ['serving', 'locked'] },
  };
}

/** A valid name: a letter, then random digits. */
const secretName = (): string => `own-${randomBytes(8).toString('hex')}`;

/** One database is available and has a backup, another is locked out; the third key is not registered. */
async function databasesUnderKeys(cloud: Cloud, send: SendRequest): Promise<string[]> {
  const kms = new KMSClient({
    endpoint: cloud.urls.aws,
    region,
    credentials: { accessKeyId: accessKey(customerAccount), secretAccessKey: '-' },
  });
  const Policy = JSON.stringify(await send(`GET /v1/key-policy?account=${customerAccount}`));
  const arns: string[] = [];
  for (const _ of [1, 2, 3]) arns.push((await kms.send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn ?? '');
  const [first = '', second = ''] = arns;
  const create = (name: string, encryptionKey: string) =>
    send('POST /v1/databases', { name, plan: 'private-7', app: 'fuzz-app', encryptionKey });
  await create('serving', first);
  await create('locked', second);
  for (const name of ['serving', 'locked'])
    await until(`${name} is available`, async () => (await send(`GET /v1/databases/${name}`)).status === 'available');
  await send('POST /v1/databases/serving/backups');
  await kms.send(new DisableKeyCommand({ KeyId: second }));
  await until('the lockout has stopped', async () => (await send('GET /v1/lockouts')).items?.[0]?.state === 'stopped');
  kms.destroy();
  return arns;
}

const limitMs = 60_000;

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + limitMs; !(await look()); await setTimeout(100)) {
    if (Date.now() > end) throw new Error(`${what}: it did not happen within ${limitMs / 1000} s.`);
  }
}

/** Whether the tokens of both teams are still accepted. */
export const areStillKnown = async ({ url, token, strangersToken }: World): Promise<boolean> => {
  const responses = [token, strangersToken].map((each) =>
    fetch(`${url}/v1/plans`, { headers: { authorization: `Bearer ${each}` } }),
  );
  return (await Promise.all(responses)).every(({ ok }) => ok);
};
