/**
 * The targets of a contract test: this repository's emulators, or, in the run of jest.deploy.config.mjs, the emulators
 * of others.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDynamoDb } from '../src/dynamodb/dynamodb.ts';
import { startAwsEndpoint } from '../src/endpoint/endpoint.ts';
import { createEventBridge } from '../src/event-bridge/event-bridge.ts';
import { createKms } from '../src/kms/kms.ts';
import { startInbox } from '../src/ses/inbox.ts';
import { accessKey, callerOf, platformAccount, region } from './accounts.ts';
import { type Emulator, startMinistack, startMoto } from './emulator.ts';

export type EmulatorName = 'ministack' | 'moto';
export type TargetName = 'aws-local' | EmulatorName;

export interface Target<World> {
  readonly name: TargetName;
  open(): Promise<{ readonly world: World; close(): Promise<void> }>;
}

/** The client's side of a target. */
export interface Place {
  readonly name: TargetName;
  readonly url: string;
  /** Where its mails are read. */
  readonly mailsUrl: string;
  /** Settings of an SDK's client for an account there. */
  client(accountId?: string): ClientSettings;
}

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly maxAttempts: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

interface Opened {
  readonly place: Place;
  close(): Promise<void>;
}

/** Set by the configuration of the run that has emulators. */
const withEmulators = (): boolean => 'emulators' in globalThis;

type Connect<World> = (place: Place) => Promise<{ world: World; close(): void }>;

/**
 * The targets of a contract; `judges` are the emulators that know the service. `openOwn` opens what stands in for it
 * here, where that is not behind the endpoint of `local/`.
 */
export function targetsOf<World>(
  judges: readonly EmulatorName[],
  connect: Connect<World>,
  openOwn: Target<World>['open'] = () => connected(places['aws-local'], connect),
): Target<World>[] {
  if (!withEmulators()) return [{ name: 'aws-local', open: openOwn }];
  return judges.map((name) => ({ name, open: () => connected(places[name], connect) }));
}

async function connected<World>(
  open: () => Promise<Opened>,
  connect: Connect<World>,
): Promise<{ world: World; close(): Promise<void> }> {
  const { place, close } = await open();
  try {
    const { world, close: disconnect } = await connect(place);
    return {
      world,
      close: async () => {
        disconnect();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const places: Readonly<Record<TargetName, () => Promise<Opened>>> = {
  'aws-local': openAwsLocal,
  ministack: () => openEmulator('ministack', startMinistack),
  moto: () => openEmulator('moto', startMoto),
};

const settings = (endpoint: string, accessKeyId: string): ClientSettings => ({
  endpoint,
  region,
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey: 'none' },
});

async function openEmulator(
  name: TargetName,
  start: (setting: { dir: string; accountId: string }) => Promise<Emulator>,
): Promise<Opened> {
  const dir = await mkdtemp(join(tmpdir(), `${name}-`));
  const emulator = await start({ dir, accountId: platformAccount });
  const close = async () => {
    await emulator.close();
    await rm(dir, { recursive: true, force: true });
  };
  const client = (accountId = platformAccount) => settings(emulator.url, accountId);
  return { place: { name, url: emulator.url, mailsUrl: `${emulator.url}/_ministack/ses/messages`, client }, close };
}

export const verifiedSender = 'shop@example.com';

async function openAwsLocal(): Promise<Opened> {
  const dir = await mkdtemp(join(tmpdir(), 'contracts-'));
  const dynamodb = await createDynamoDb({ dir: join(dir, 'dynamodb') });
  const kms = await createKms({ dir: join(dir, 'kms') });
  const events = await createEventBridge({ dir: join(dir, 'events'), buses: [], rules: [], deliver: async () => {} });
  const inbox = await startInbox({ dir: join(dir, 'ses'), port: 0, verified: [verifiedSender] });
  const endpoint = await startAwsEndpoint({ port: 0, services: { dynamodb, kms, events, ses: inbox }, callerOf });
  const client = (accountId = platformAccount) => settings(endpoint.url, accessKey(accountId));
  const close = async () => {
    for (const each of [endpoint, inbox, events, kms, dynamodb]) await each.close();
    await rm(dir, { recursive: true, force: true });
  };
  return { place: { name: 'aws-local', url: endpoint.url, mailsUrl: `${inbox.url}/store`, client }, close };
}
