/** What a customer does and sees: keys by the AWS SDK, apps and databases by the REST API, mails in the inbox. */
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { DatabaseView } from '#lib/contracts/databases.ts';
import type { LockoutView } from '#lib/contracts/lockouts.ts';
import type { Entry } from '#lib/model/entry.ts';
import type { Infer } from '#lib/model/schema.ts';
import type { Verification } from '#lib/timeline/verify.ts';
import { type ApiResponse, overHttp } from '#local/test-support/http.ts';
import { until } from './until.ts';

export type Database = Infer<typeof DatabaseView>;
export type Lockout = Infer<typeof LockoutView>;
type LockoutState = Lockout['state'];
/** How a customer reaches a local cloud. */
export interface CustomerAccess {
  /** Addresses, credentials and the token, as `latchkey.env` sets them. */
  readonly env: Readonly<Record<string, string>>;
  readonly inboxUrl: string;
}

/** One request of the team, as in `POST /v1/keys`; returns any response. */
export const request = <T>({ env }: CustomerAccess, line: string, body?: unknown): Promise<ApiResponse<T>> =>
  overHttp(env.LATCHKEY_URL ?? '')<T>(line, { token: env.LATCHKEY_TOKEN ?? '', body });

export async function read<T>(cloud: CustomerAccess, path: string): Promise<T> {
  const { status, body } = await request<T>(cloud, `GET ${path}`);
  if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Without a token. */
export const readPublic = async (cloud: CustomerAccess, path: string): Promise<unknown> =>
  (await overHttp(cloud.env.LATCHKEY_URL ?? '')(`GET ${path}`)).body;

export async function create<T>(cloud: CustomerAccess, path: string, body: unknown): Promise<T> {
  const response = await request<T>(cloud, `POST ${path}`, body);
  if (response.status >= 300)
    throw new Error(`POST ${path} answered ${response.status}: ${JSON.stringify(response.body)}`);
  return response.body;
}

/** The items of all pages. */
export async function readAll<T>(cloud: CustomerAccess, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: T[]; cursor: string | null } = await read(
      cloud,
      `${path}?limit=100${cursor && `&cursor=${cursor}`}`,
    );
    items.push(...page.items);
    cursor = page.cursor;
  }
  return items;
}

async function atKms<T>({ env }: CustomerAccess, act: (kms: KMSClient) => Promise<T>): Promise<T> {
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' };
  const kms = new KMSClient({ endpoint: env.AWS_ENDPOINT_URL ?? '', region: env.AWS_REGION ?? '', credentials });
  try {
    return await act(kms);
  } finally {
    kms.destroy();
  }
}

/** A key in the customer's account with the policy that Latchkey hands out to the team; its ARN. */
export async function aKey(cloud: CustomerAccess): Promise<string> {
  const policy = await read(cloud, `/v1/key-policy?account=${cloud.env.AWS_ACCOUNT_ID}`);
  const { KeyMetadata } = await atKms(cloud, (kms) =>
    kms.send(new CreateKeyCommand({ Policy: JSON.stringify(policy) })),
  );
  return KeyMetadata?.Arn ?? '';
}

export const disable = (cloud: CustomerAccess, KeyId: string) =>
  atKms(cloud, (kms) => kms.send(new DisableKeyCommand({ KeyId })));
export const enable = (cloud: CustomerAccess, KeyId: string) =>
  atKms(cloud, (kms) => kms.send(new EnableKeyCommand({ KeyId })));

/** Available databases under the key, each for its app. */
export async function databases(
  cloud: CustomerAccess,
  keyArn: string,
  wanted: readonly { name: string; app: string }[],
): Promise<Database[]> {
  for (const { name, app } of wanted)
    await create(cloud, '/v1/databases', { name, app, plan: 'private-7', encryptionKey: keyArn });
  return Promise.all(wanted.map(({ name }) => inStatus(cloud, name, 'available')));
}

export function inStatus(cloud: CustomerAccess, name: string, status: Database['status']): Promise<Database> {
  let last: Database | null = null;
  return until(
    `${name} ${status}`,
    async () => {
      last = await read<Database>(cloud, `/v1/databases/${name}`);
      return last.status === status && last;
    },
    { seen: () => JSON.stringify(last) },
  );
}

export const lockouts = async (cloud: CustomerAccess): Promise<Lockout[]> =>
  (await read<{ items: Lockout[] }>(cloud, '/v1/lockouts')).items;

/**
 * The newest lockout, once it is in this state. Asks as fast as it can, so that a state of a few milliseconds is seen.
 */
export function lockoutIn(cloud: CustomerAccess, ...states: readonly LockoutState[]): Promise<Lockout> {
  let last: Lockout | undefined;
  return until(
    `a lockout ${states.join(' or ')}`,
    async () => {
      [last] = await lockouts(cloud);
      return last !== undefined && states.includes(last.state) && last;
    },
    { pauseMs: 2, seen: () => `The last one: ${JSON.stringify(last?.steps)}` },
  );
}

export interface Mail {
  readonly subject: string;
  readonly destination: { readonly to: readonly string[] };
  readonly body: { readonly text: string };
}

/** Oldest first. */
export async function mails({ inboxUrl }: CustomerAccess): Promise<Mail[]> {
  const { emails } = (await (await fetch(`${inboxUrl}/store`)).json()) as { emails: Mail[] };
  return emails;
}

/** Oldest first. */
export const timeline = async (cloud: CustomerAccess): Promise<Entry[]> =>
  (await readAll<Entry>(cloud, '/v1/timeline')).reverse();

export const verification = (cloud: CustomerAccess) => read<Verification>(cloud, '/v1/timeline/verification');

/** Resolves once the admins were notified of the fact `times` times. */
export const awaitNotification = (cloud: CustomerAccess, fact: string, times = 1): Promise<Entry[]> =>
  until(`admins notified of ${fact}`, async () => {
    const entries = (await timeline(cloud)).filter(({ type, data }) => type === 'AdminsNotified' && data.fact === fact);
    return entries.length >= times && entries;
  });

/** The facts of a lockout's mails to an admin, in order. */
export const notifiedFacts = async (cloud: CustomerAccess, lockout: Lockout, admin: string): Promise<string[]> =>
  (await mails(cloud))
    .filter(({ body, destination }) => body.text.includes(lockout.id) && destination.to.includes(admin))
    .map(({ subject }) => /will stop|stopped|restored|keep running|need/.exec(subject)?.[0] ?? subject);
