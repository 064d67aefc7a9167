/** The emulators of the AWS services, opened on the state folder and put behind one endpoint. */
import { join } from 'node:path';
import { startAwsEndpoint } from 'aws-local/endpoint';
import { type Faults, withFaults } from 'aws-local/faults';
import type { AssertInvocable } from 'aws-local/lambda';
import type { Listener } from 'aws-local/listener';
import type { ServiceEmulator } from 'aws-local/protocol';
import { platformAccount, region } from './accounts.ts';
import type { Closers } from './closers.ts';
import { type Deliver, deliverTo, type KeepUndelivered, keepUndelivered } from './invocations.ts';
import type { Principals } from './principals.ts';
import type { Stack } from './stack/stack.ts';

type KmsModule = typeof import('aws-local/kms');
type EventBridgeModule = typeof import('aws-local/event-bridge');
type InboxModule = typeof import('aws-local/ses');
type SnsModule = typeof import('aws-local/sns');
type S3Module = typeof import('aws-local/s3');
type SesEvent = Parameters<NonNullable<Parameters<InboxModule['startInbox']>[0]['emit']>>[0];
type KmsEvent = Parameters<NonNullable<Parameters<KmsModule['createKms']>[0]['emit']>>[0];

export interface Stores {
  readonly kms: Awaited<ReturnType<KmsModule['createKms']>>;
  readonly dynamodb: ServiceEmulator;
  readonly inbox: Awaited<ReturnType<InboxModule['startInbox']>>;
  readonly s3: ReturnType<S3Module['createS3']>;
}

export interface StoresOptions {
  readonly dir: string;
  readonly inboxPort: number;
  /** Who may send mail. */
  readonly verified: readonly string[];
  readonly closers: Closers;
  /** How many times faster than on AWS keys are deleted and expire. */
  readonly keySpeed: number;
  /** Told of each management call on a KMS key, of what time alone does to one, and of mails that bounce. */
  emit(event: KmsEvent | SesEvent): void;
}

/** Opens what depends on nothing else, all at once. */
export async function openStores({
  dir,
  inboxPort,
  verified,
  closers,
  keySpeed,
  emit,
}: StoresOptions): Promise<Stores> {
  // Closed also if it opens while another fails.
  const closedLater = <T extends { close(): Promise<void> }>(name: string, opening: Promise<T>) => {
    closers.add({ phase: 'stores', name, close: async () => (await opening.catch(() => undefined))?.close() });
    return opening;
  };
  const [kms, dynamodb, inbox, s3] = await Promise.all([
    closedLater(
      'KMS',
      import('aws-local/kms').then(({ createKms }) => createKms({ dir: join(dir, 'kms'), speed: keySpeed, emit })),
    ),
    closedLater(
      'DynamoDB',
      import('aws-local/dynamodb').then(({ createDynamoDb }) =>
        createDynamoDb({ dir: join(dir, 'dynamodb'), region, accounts: [platformAccount] }),
      ),
    ),
    closedLater(
      'SES',
      import('aws-local/ses').then(({ startInbox }) =>
        startInbox({ dir: join(dir, 'ses'), port: inboxPort, verified, region, account: platformAccount, emit }),
      ),
    ),
    closedLater(
      'S3',
      import('aws-local/s3').then(({ createS3 }) => createS3({ dir: join(dir, 's3'), region })),
    ),
  ]);
  return { kms, dynamodb, inbox, s3 };
}

export interface Reactors {
  readonly states: ServiceEmulator;
  readonly sqs: ServiceEmulator;
  readonly sns: ReturnType<SnsModule['createSns']>;
  /** Sends a rule's event to its target. */
  readonly deliver: Deliver;
  readonly keepUndelivered: KeepUndelivered;
  readonly events: Awaited<ReturnType<EventBridgeModule['createEventBridge']>>;
  readonly aws: Listener;
}

export interface ReactorsOptions {
  readonly dir: string;
  readonly awsPort: number;
  readonly speed: number;
  readonly stack: Stack;
  readonly stores: Stores;
  readonly closers: Closers;
  readonly faults: Faults;
  readonly principals: Principals;
  readonly assertInvocable: AssertInvocable;
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
}

/**
 * Opens what calls functions, and the endpoint in front of everything. Executions that were under way go on at once.
 */
export async function openReactors(options: ReactorsOptions): Promise<Reactors> {
  const { awsPort, stack, stores, closers, faults, principals, assertInvocable, invoke } = options;
  const { createSts } = await import('aws-local/sts');
  const { sqs, sns } = await openMessaging(options);
  const deliver = deliverTo({ assertInvocable, sns, invoke });
  const undelivered = keepUndelivered({ stack, sqs, principals });
  const events = await openEvents(options, { deliver, undelivered });
  const states = await openStates(options, events);
  const services = { kms: stores.kms, dynamodb: stores.dynamodb, ses: stores.inbox, sts: createSts() };
  const aws = await startAwsEndpoint({
    port: awsPort,
    services: withFaults({ ...services, states, events, sqs, sns }, faults),
    s3: stores.s3,
    callerOf: principals.callerOf,
  });
  closers.add({ phase: 'endpoint', name: 'the AWS endpoint', close: () => aws.close() });
  return { states, events, sqs, sns, deliver, keepUndelivered: undelivered, aws };
}

async function openMessaging({ dir, stack, stores: { kms }, closers }: ReactorsOptions) {
  const [{ createSqs }, { createSns }] = await Promise.all([import('aws-local/sqs'), import('aws-local/sns')]);
  const sqs = createSqs({ dir: join(dir, 'sqs'), queues: stack.queues, kms });
  closers.add({ phase: 'stores', name: 'SQS', close: () => sqs.close() });
  const sns = createSns({ dir: join(dir, 'sns'), topics: stack.topics, kms });
  closers.add({ phase: 'stores', name: 'SNS', close: () => sns.close() });
  return { sqs, sns };
}

async function openEvents(
  { dir, stack: { buses, rules }, closers }: ReactorsOptions,
  { deliver, undelivered }: { deliver: Deliver; undelivered: KeepUndelivered },
) {
  const { createEventBridge } = await import('aws-local/event-bridge');
  const events = await createEventBridge({ dir: join(dir, 'events'), region, buses, rules, deliver, undelivered });
  closers.add({ phase: 'workflows', name: 'EventBridge', close: () => events.close() });
  return events;
}

async function openStates(options: ReactorsOptions, events: Reactors['events']) {
  const { dir, stack, speed, closers, faults, principals, invoke } = options;
  const { createStepFunctions } = await import('aws-local/step-functions');
  const states = await createStepFunctions({
    dir: join(dir, 'states'),
    machines: stack.machines.map((machine) => ({ ...machine, role: principals.machineSession(machine) })),
    invoke,
    speed,
    emit: (event) => void events.put(event).catch(console.error),
    around: faults.aroundState,
  });
  closers.add({ phase: 'workflows', name: 'Step Functions', close: () => states.close() });
  return states;
}
