/**
 * A platform to be killed: `node backup-process.ts <state folder> <first database port> <step>`. `begin` creates a
 * database with data, requests a backup and prints `requested <database> <backup>`. `finish <database> <backup>` waits
 * until that backup is complete, restores it and prints the result as a line of JSON.
 */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { useLogLines } from '#lib/log.ts';
import { accessKey, callerOf, customerAccount, region } from '#local/accounts.ts';
import { trustAuthority } from '#local/authority.ts';
import { type Cloud, startCloud } from '#local/cloud.ts';
import { seed } from '#local/seed.ts';

useLogLines(() => undefined);

const [dir = '', port = '', step = '', database = '', backup = ''] = process.argv.slice(2);
const cloud: Cloud = await startCloud({
  dir,
  ports: { api: 0, aws: 0, inbox: 0, databases: Number(port) },
  speed: 600,
});
trustAuthority(dir);
const { teamToken } = await seed(cloud);

type Body = Readonly<Record<string, unknown>>;

async function ask(line: string, body?: object): Promise<Body> {
  const [method = '', path = ''] = line.split(' ');
  const headers = { authorization: `Bearer ${teamToken}`, 'content-type': 'application/json' };
  const response = await fetch(`${cloud.urls.api}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as Body;
}

async function until(path: string, done: (body: Body) => boolean): Promise<Body> {
  for (let tries = 0; tries < 600; tries += 1) {
    const body = await ask(`GET ${path}`);
    if (done(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited a minute for ${path}`);
}

async function withRedis<T>(id: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(String((await ask(`GET /v1/databases/${id}/credentials`)).url));
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

const digestOf = (id: string) =>
  withRedis(id, async (redis) => {
    const keys = (await redis.keys('*')).sort();
    return createHash('sha256')
      .update(JSON.stringify([keys, keys.length > 0 ? await redis.mget(keys) : []]))
      .digest('hex');
  });

async function newKey(): Promise<string> {
  const Policy = JSON.stringify(await ask(`GET /v1/key-policy?account=${customerAccount}`));
  const call = {
    operation: 'CreateKey',
    input: { Policy },
    caller: callerOf(accessKey(customerAccount)),
    region,
    requestId: 'test',
  };
  return ((await cloud.kms.call(call)) as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
}

async function begin(): Promise<void> {
  const encryptionKey = await newKey();
  const { id } = await ask('POST /v1/databases', {
    name: 'kept',
    plan: 'private-7',
    app: 'your-app-name',
    encryptionKey,
  });
  await until(`/v1/databases/${id}`, ({ status }) => status === 'available');
  const values = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`key:${n}`, `value ${n} `.repeat(500)]));
  await withRedis(String(id), (redis) => redis.mset(values));
  const requested = await ask('POST /v1/databases/kept/backups');
  process.stdout.write(`requested ${id} ${requested.id}\n`);
}

async function finish(): Promise<void> {
  const { status, failure } = await until(
    `/v1/databases/${database}/backups/${backup}`,
    (body) => body.status !== 'pending',
  );
  const made = await ask('POST /v1/databases', {
    plan: 'private-7',
    app: 'example-app',
    backup,
    encryptionKey: await newKey(),
  });
  await until(`/v1/databases/${made.id}`, (body) => body.status === 'available');
  const same = (await digestOf(String(made.id))) === (await digestOf(database));
  const { items } = await ask('GET /v1/timeline?limit=100');
  const taken = (items as Body[]).filter(({ type }) => type === 'BackupTaken').length;
  await cloud.close();
  process.stdout.write(`found ${JSON.stringify({ status, failure, same, taken })}\n`);
  process.exit(0);
}

await (step === 'begin' ? begin() : finish());
