/** Starts all emulators on one folder, behind one endpoint. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CallerOf, createCallerOf, defaultRegion } from './accounts.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { startAwsEndpoint } from './endpoint/endpoint.ts';
import { createEventBridge, type EventBridge, type EventBridgeOptions } from './event-bridge/event-bridge.ts';
import { createKms, type KmsEmulator } from './kms/kms.ts';
import { FunctionError } from './lambda/lambda.ts';
import { lockFolder } from './lock.ts';
import { createS3 } from './s3/s3.ts';
import { startInbox } from './ses/inbox.ts';
import { createStepFunctions, type StepFunctionsOptions } from './step-functions/step-functions.ts';
import { createSts } from './sts.ts';

export interface AwsLocalOptions {
  /** The folder of all state. Only one process at a time can use it. */
  readonly dir: string;
  /** Of the endpoint; 0, the default, takes a free port. */
  readonly port?: number;
  /** Of the page that shows the mails sent through SES; 0, the default, takes a free port. */
  readonly inboxPort?: number;
  readonly region?: string;
  /** By default, an access key ID of 12 digits is that account's user `admin`. */
  readonly callerOf?: CallerOf;
  /** Addresses and domains that may send mail. */
  readonly verifiedSenders?: readonly string[];
  readonly buses?: EventBridgeOptions['buses'];
  readonly rules?: EventBridgeOptions['rules'];
  readonly machines?: StepFunctionsOptions['machines'];
  /** Runs a Lambda function for a state machine or a rule; by default, no function exists. */
  readonly invoke?: StepFunctionsOptions['invoke'];
  /** Divides the waits, retry intervals and timeouts of state machines, and the days of KMS. */
  readonly speed?: number;
}

export interface AwsLocal {
  readonly url: string;
  readonly inboxUrl: string;
  readonly kms: KmsEmulator;
  readonly events: EventBridge;
  /** Waits for requests in flight, and saves everything. Idempotent. */
  close(): Promise<void>;
}

const noFunctions = async (functionArn: string): Promise<never> => {
  throw new FunctionError('ResourceNotFoundException', `Function not found: ${functionArn}`);
};

/** Throws if a port is taken or another process holds the folder; everything is closed again by then. */
export async function startAwsLocal(options: AwsLocalOptions): Promise<AwsLocal> {
  const opened: { close(): Promise<unknown> }[] = [];
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  };
  try {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    const unlock = await lockFolder(options.dir, 'aws-local');
    opened.push({ close: async () => unlock() });
    return { ...(await open(options, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(options: AwsLocalOptions, opened: { close(): Promise<unknown> }[]) {
  const { dir, region = defaultRegion, callerOf = createCallerOf(), invoke = noFunctions } = options;
  const closeLater = <T extends { close(): Promise<unknown> }>(service: T): T => {
    opened.push(service);
    return service;
  };
  const events = closeLater(
    await createEventBridge({
      ...{ dir: join(dir, 'events'), region, buses: options.buses ?? [], rules: options.rules ?? [] },
      deliver: async (functionArn, event) => void (await invoke(functionArn, event)),
    }),
  );
  const kms = closeLater(
    await createKms({
      ...{ dir: join(dir, 'kms'), speed: options.speed ?? 1 },
      emit: (event) => void events.put({ ...event, detail: { ...event.detail } }).catch(console.error),
    }),
  );
  const dynamodb = closeLater(await createDynamoDb({ dir: join(dir, 'dynamodb'), region }));
  const s3 = closeLater(createS3({ dir: join(dir, 's3'), region }));
  const inbox = closeLater(
    await startInbox({
      ...{ dir: join(dir, 'ses'), port: options.inboxPort ?? 0, region },
      verified: options.verifiedSenders ?? [],
    }),
  );
  const { machines = [], speed = 1 } = options;
  const states = closeLater(
    await createStepFunctions({
      ...{ dir: join(dir, 'states'), machines, invoke, speed },
      emit: (event) => void events.put(event).catch(console.error),
    }),
  );
  const services = { dynamodb, kms, events, ses: inbox, states, sts: createSts() };
  const { url } = closeLater(await startAwsEndpoint({ port: options.port ?? 0, services, s3, callerOf }));
  return { url, inboxUrl: inbox.url, kms, events };
}
