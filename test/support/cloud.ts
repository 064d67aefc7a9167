/**
 * A complete platform in this process and temporary folders, one per test file: the customer's account, the API, and
 * the recorded events and logs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { jest } from '@jest/globals';
import type { ServiceEmulator } from 'aws-local/protocol';
import type { Mail } from 'aws-local/ses';
import { useLogLines } from '#lib/log.ts';
import type { Entry } from '#lib/model/entry.ts';
import { secretHash } from '#lib/model/team.ts';
import { teamStore } from '#lib/store/teams.ts';
import { accessKey, callerOf, customerAccount, platformAccount, region } from '#local/accounts.ts';
import { trustAuthority } from '#local/authority.ts';
import { type Cloud, type CloudOptions, startCloud } from '#local/cloud.ts';
import { processFleet } from '#local/process-fleet.ts';
import { seed, type Tokens } from '#local/seed.ts';
import type { Body, RequestOptions, SendRequest } from '#local/test-support/http.ts';
import { watchRights } from './rights-in-use.ts';
import { sendTo } from './when.ts';

/** Waits are bounded by `until`, since a loaded machine is not a failure. */
jest.setTimeout(120_000);

type Input = Readonly<Record<string, unknown>>;
type Output = Readonly<Record<string, unknown>>;

type CallAws = (service: Pick<ServiceEmulator, 'call'>, operation: string, input: Input) => Promise<Output>;

export interface Platform {
  readonly cloud: Cloud;
  readonly tokens: Tokens;
  readonly teamId: string;
  /** Sends the team's token by default. */
  readonly ask: SendRequest;
  /** Calls KMS as an account's administrator, by default the customer's. */
  kms(operation: string, input?: Input, accountId?: string): Promise<Output>;
  /**
   * Creates a key of the customer under the policy that the API returns for the team; `changes` are passed to
   * CreateKey. Returns its ARN.
   */
  keyOfCustomer(changes?: Input): Promise<string>;
  entries(): Promise<Entry[]>;
  /**
   * Entries that requests recorded. Workflows, checks and events record theirs asynchronously, so a test cannot count
   * all.
   */
  entriesOfRequests(): Promise<Entry[]>;
  mails(): Promise<Mail[]>;
  /** Calls another emulator as the platform's administrator. */
  readonly aws: CallAws;
  /** The same as the customer's. */
  readonly awsOfCustomer: CallAws;
  /** Invokes a function as its schedule does; the event has the scheduled time. Resolves when it has ended. */
  scheduled(name: 'onSweep' | 'onBackupSchedule', time?: Date): Promise<unknown>;
  /** Requests of functions that their roles' policies refused: `apiKeys: dynamodb:GetItem on arn:…`. */
  refused(): readonly string[];
  /** All events that were put on the buses so far, and every log line. */
  readonly published: string[];
  readonly logged: string[];
  close(): Promise<void>;
}

/** Outside the machine's ephemeral ports, and different from the other workers of this run and of concurrent runs. */
const firstPort = 22_000 + 40 * (process.pid % 25);

/** For tests with more than a dozen databases. */
export const manyPorts = 27_000 + 100 * (process.pid % 50);

export async function aPlatform({
  speed = 600,
  databases = firstPort,
  runsApps = false,
  change,
  settings,
}: {
  speed?: number;
  databases?: number;
  runsApps?: boolean;
  /** Of the packaged template; requests that are refused then do not fail the test. */
  change?: CloudOptions['change'];
  /** Of the functions. */
  settings?: CloudOptions['settings'];
} = {}): Promise<Platform> {
  const dir = await mkdtemp(join(tmpdir(), 'latchkey-api-'));
  const { lines: logged, release } = capturedLog();
  const rights = watchRights();
  const ports = { api: 0, aws: 0, inbox: 0, databases };
  const { around, onDecision } = rights;
  const cloud = await startCloud({
    dir,
    ports,
    speed,
    runsApps,
    around,
    onDecision,
    ...(change ? { change } : {}),
    ...(settings ? { settings } : {}),
  });
  rights.watchFleet(processFleet());
  trustAuthority(dir);
  const published = capturedEvents(cloud.events);
  const tokens = await seed(cloud);
  const teamId = (await teamStore().tokenByHash(secretHash(tokens.teamToken)))?.teamId ?? '';
  const bare = sendTo(cloud);
  const ask: SendRequest = (line, more: RequestOptions = {}) => bare(line, { token: tokens.teamToken, ...more });
  const kms: Platform['kms'] = (operation, input = {}, accountId = customerAccount) =>
    callAs(accountId)(cloud.kms, operation, input);
  const scheduled: Platform['scheduled'] = (name, time = new Date()) =>
    cloud.invoke(`latchkey-local-${name}`, {
      ...{ id: 'tick', source: 'aws.events', 'detail-type': 'Scheduled Event', account: platformAccount },
      ...{ time: time.toISOString().replace(/\.\d+Z$/, 'Z'), resources: [], detail: {} },
    });
  const entries = async () => (await pagesOf<Entry>(ask, '/v1/timeline')).reverse();
  return {
    refused: rights.refused,
    ...{ cloud, tokens, teamId, ask, kms, scheduled, published, logged },
    aws: callAs(platformAccount),
    awsOfCustomer: callAs(customerAccount),
    keyOfCustomer: async (changes = {}) => {
      const Policy = JSON.stringify((await ask(`GET /v1/key-policy?account=${customerAccount}`)).body);
      const { KeyMetadata } = await kms('CreateKey', { Policy, ...changes });
      return String((KeyMetadata as Output).Arn);
    },
    entries,
    entriesOfRequests: async () => (await entries()).filter(({ actor }) => actor.kind === 'token'),
    mails: async () => ((await (await fetch(`${cloud.urls.inbox}/store`)).json()) as { emails: Mail[] }).emails,
    close: async () => {
      const failures = await cloud.close();
      release();
      await rm(dir, { recursive: true, force: true });
      await rm(cloud.environment.FLEET_MEMORY_DIR ?? dir, { recursive: true, force: true });
      if (failures.length > 0) throw new Error(`The cloud did not stop well: ${failures.join('; ')}`);
      rights.record(cloud);
      if (!change) rights.assertDeclared();
    },
  };
}

const callAs =
  (accountId: string): CallAws =>
  async (service, operation, input) =>
    (await service.call({
      operation,
      input: { ...input },
      caller: callerOf(accessKey(accountId)),
      region,
      requestId: 'test',
    })) as Output;

/** Every item of a list, page by page. */
export async function pagesOf<T>(ask: SendRequest, path: string, limit = 100): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor ? `?limit=${limit}&cursor=${cursor}` : `?limit=${limit}`;
    const { body }: { body: Body } = await ask(`GET ${path}${query}`);
    items.push(...(body.items as T[]));
    cursor = body.cursor as string | null;
  }
  return items;
}

/** The functions' log and the cloud's own, recorded instead of printed. */
function capturedLog(): { readonly lines: string[]; release(): void } {
  const lines: string[] = [];
  const methods = ['debug', 'info', 'warn', 'error'] as const;
  const before = methods.map((method) => console[method]);
  for (const method of methods)
    console[method] = (...parts: unknown[]) => void lines.push(parts.map((part) => inspectable(part)).join(' '));
  useLogLines((line) => void lines.push(line));
  return {
    lines,
    release: () => {
      useLogLines(() => undefined);
      for (const [index, method] of methods.entries()) console[method] = before[index] ?? console.log;
    },
  };
}

const inspectable = (part: unknown): string => (typeof part === 'string' ? part : inspect(part, { depth: 10 }));

function capturedEvents(events: Pick<ServiceEmulator, 'call'>): string[] {
  const published: string[] = [];
  const call = events.call.bind(events);
  events.call = (each) => {
    if (each.operation === 'PutEvents') published.push(JSON.stringify(each.input));
    return call(each);
  };
  return published;
}
