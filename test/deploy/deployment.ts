/**
 * The package of `scripts/deploy/test.sh`, deployed to an independent emulator with permissions enforced, and the
 * services beside it: EC2 in another emulator, agents on its instances, KMS across accounts, and the interpreter that
 * runs the deployed state machines. KMS is this project's own: no independent emulator lets one account use another's
 * key, or enforces a key's policy.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  DescribeImagesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { KmsEvent, KmsManagementEvent } from 'aws-local/kms';
import { createKms } from 'aws-local/kms';
import type { Listener } from 'aws-local/listener';
import type { ServiceEmulator } from 'aws-local/protocol';
import { type Emulator, startMinistack, startMoto } from 'aws-local/test-support/emulator';
import { accessKey, callerOf, customerAccount } from '#local/accounts.ts';
import { overHttp, type SendRequest } from '#local/test-support/http.ts';
import { type Agents, createAgents } from './agents.ts';
import { type CustomerEvents, openCustomerEvents } from './customer-events.ts';
import { startJsonEndpoint } from './json-endpoint.ts';
import { authorizationOf, configurationOf, type LambdaApi, setEnvironment } from './lambda-api.ts';
import { executionsOf, runMachines } from './machines.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

const accountId = '210987654321';
const region = 'us-east-1';
export const stage = 'test';
/** Named by the package (`make test-deploy`). */
const bucket = 'latchkey-test-deployments';

export interface Deployment {
  /** Of the emulators' files. */
  readonly dir: string;
  readonly aws: Emulator;
  readonly ec2: EC2Client;
  readonly agents: Agents;
  /** KMS as the customer's administrator uses it. */
  kms(operation: string, input: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  /** EventBridge's events of these calls in the customer's account, oldest first. */
  readonly news: readonly KmsManagementEvent[];
  readonly events: CustomerEvents;
  /** Calls the deployed API. */
  readonly ask: SendRequest;
  readonly lambda: LambdaApi;
  /** The results of each machine's executions, by the machine's name. */
  executions(): Promise<Map<string, string[]>>;
  /** Runs a program of this repository as the deployment's operator, and returns its output. */
  operate(script: string, ...args: string[]): Promise<string>;
  /** Subnet and security group for the spaces, as a deployment's settings name them. */
  useNetworks(spaces: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Settings of a client for an emulator. */
export const clientOf = (endpoint: string, account = accountId) => ({
  endpoint,
  region,
  credentials: { accessKeyId: account, secretAccessKey: 'none' },
});

export async function deploy(speed: number): Promise<Deployment> {
  const dir = await mkdtemp(join(tmpdir(), 'latchkey-deployed-'));
  const closing: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true, maxRetries: 3 })];
  const opened = <T extends { close(): Promise<unknown> }>(what: T): T => {
    closing.unshift(() => what.close());
    return what;
  };
  const close = async () => {
    for (const each of closing) await each();
  };
  try {
    return { ...(await open({ dir, speed, opened })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opening {
  readonly dir: string;
  readonly speed: number;
  readonly opened: <T extends { close(): Promise<unknown> }>(what: T) => T;
}

async function open({ dir, speed, opened }: Opening): Promise<Omit<Deployment, 'close'>> {
  const servers = opened(await startMoto({ dir, accountId }));
  const ec2 = new EC2Client(clientOf(servers.url));
  opened(destroyed(ec2));
  const agents = createAgents(ec2);
  const news: KmsManagementEvent[] = [];
  const emit = (event: KmsEvent) => void (event['detail-type'] === 'AWS API Call via CloudTrail' && news.push(event));
  const keys = opened(await createKms({ dir: join(dir, 'kms'), emit }));
  await makePlatformKey(keys);
  const standIns = opened(await standInsFor({ AmazonSSM: agents, TrentService: keys }));
  const endpoints = Object.fromEntries(
    ['SSM', 'SFN', 'KMS'].map((service) => [`AWS_ENDPOINT_URL_${service}`, standIns.url]),
  );
  // Signatures are checked, and each function has only the permissions of its role.
  const aws = opened(
    await startMinistack({ dir, accountId }, { AUTH: 'true', AWS_ENDPOINT_URL_EC2: servers.url, ...endpoints }),
  );
  const said = await osls(aws.url);
  const lambda = { url: aws.url, accountId, region };
  await letMailOut(aws.url, lambda);
  await letPlainHttpIn(aws.url);
  const sfn = new SFNClient(clientOf(aws.url));
  opened(destroyed(sfn));
  const states = opened(await runMachines({ sfn, lambda }, { dir: join(dir, 'states'), speed }));
  standIns.use(states);
  const events = opened(await openCustomerEvents(clientOf(aws.url), `latchkey-${stage}`));
  const api = `${aws.url}/_aws/execute-api/${/HttpApiId: (\w+)/.exec(said)?.[1] ?? ''}`;
  const operate: Deployment['operate'] = async (script, ...args) =>
    (await run(process.execPath, [script, ...args], { cwd: root, env: shellFor(aws.url) })).stdout.trim();
  return {
    ...{ dir, aws, ec2, agents, news, events, lambda, ask: overHttp(api) },
    operate,
    executions: () =>
      executionsOf(states, sfn, { caller: callerOf(accessKey(accountId)), region, requestId: 'operator' }),
    kms: async (operation, input) =>
      (await keys.call({
        operation,
        input: { ...input },
        caller: callerOf(accessKey(customerAccount)),
        region,
        requestId: 'customer',
      })) as Record<string, unknown>,
    useNetworks: (spaces) => useNetworks({ ec2, url: servers.url, lambda, dir, operate }, spaces),
  };
}

/** The stack makes its key in the emulator; functions ask this KMS, which learns of it by its alias. */
async function makePlatformKey(keys: ServiceEmulator): Promise<void> {
  const call = (operation: string, input: Record<string, unknown>) =>
    keys.call({ operation, input, caller: callerOf(accessKey(accountId)), region, requestId: 'platform' });
  const { KeyMetadata } = (await call('CreateKey', { Description: "The platform's own key" })) as {
    KeyMetadata: { KeyId: string };
  };
  await call('CreateAlias', { AliasName: `alias/latchkey-${stage}`, TargetKeyId: KeyMetadata.KeyId });
}

const destroyed = (client: { destroy(): void }) => ({ close: async () => client.destroy() });

/** The functions need its address before any machine runs. */
async function standInsFor(
  others: Readonly<Record<string, Pick<ServiceEmulator, 'call'>>>,
): Promise<Listener & { use(states: ServiceEmulator): void }> {
  let states: ServiceEmulator | undefined;
  const later: Pick<ServiceEmulator, 'call'> = {
    call: async (call) => {
      if (!states) throw new Error('Nothing is deployed yet.');
      return states.call(call);
    },
  };
  const listener = await startJsonEndpoint({ ...others, AWSStepFunctions: later }, { accountId, region });
  return {
    ...listener,
    use: (deployed) => {
      states = deployed;
    },
  };
}

const shellFor = (url: string) => ({
  PATH: [dirname(process.execPath), join(root, 'node_modules', '.bin'), '/usr/bin', '/bin'].join(':'),
  HOME: process.env.HOME ?? '/',
  AWS_ENDPOINT_URL: url,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: accountId,
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_EC2_METADATA_DISABLED: 'true',
  SLS_AWS_MONITORING_FREQUENCY: '200',
});

async function osls(url: string): Promise<string> {
  const made = await fetch(`${url}/${bucket}`, {
    method: 'PUT',
    headers: { authorization: authorizationOf({ accountId, region }, 's3') },
  });
  if (!made.ok) throw new Error(`The bucket ${bucket} was not made: ${await made.text()}`);
  const args = [
    'deploy',
    '--verbose',
    '--stage',
    stage,
    '--package',
    join(root, '.package'),
    '--param',
    `deploymentBucket=${bucket}`,
  ];
  try {
    const { stdout, stderr } = await run('osls', args, {
      cwd: root,
      env: shellFor(url),
      timeout: 180_000,
      maxBuffer: 2 ** 26,
    });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const failures = `${stdout}\n${stderr}`.split('\n').filter((line) => /FAILED|Error|rror:/.test(line));
    throw new Error(`osls deploy failed:\n${failures.join('\n')}\n${stdout.slice(-1000)}\n${stderr.slice(-2000)}`);
  }
}

/**
 * Does what `make placements` does, and what `make deploy` with another image does to the one function that launches
 * servers.
 */
async function useNetworks(
  {
    ec2,
    url,
    lambda,
    dir,
    operate,
  }: { ec2: EC2Client; url: string; lambda: LambdaApi; dir: string; operate: Deployment['operate'] },
  spaces: readonly string[],
): Promise<void> {
  const launcher = `latchkey-${stage}-provisionDatabase`;
  await knowProfile(url, (await configurationOf(lambda, launcher)).Environment.Variables.EC2_INSTANCE_PROFILE ?? '');
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({}));
  const image = Images.find(({ Architecture }) => Architecture === 'x86_64')?.ImageId ?? '';
  const network = { subnets: [Subnets[0]?.SubnetId ?? ''], securityGroups: [SecurityGroups[0]?.GroupId ?? ''] };
  const networks = Object.fromEntries(['default', ...spaces].map((space) => [space, network]));
  await setEnvironment(lambda, launcher, { EC2_IMAGE: image });
  const file = join(dir, 'placements.yml');
  await writeFile(file, JSON.stringify({ region, ec2Networks: networks }));
  await operate('scripts/deploy/place.ts', '--stage', stage, '--file', file);
}

/** The stack created the servers' profile in one emulator; the other, which has EC2, needs it too. */
const knowProfile = (url: string, nameOrArn: string) =>
  iam(url, { Action: 'CreateInstanceProfile', InstanceProfileName: nameOrArn.split('/').at(-1) ?? '' });

/**
 * The emulator requires the permission to send mail on `*`, where AWS requires it on the sender's identity (Service
 * Authorization Reference, SES v1).
 */
async function letMailOut(url: string, lambda: LambdaApi): Promise<void> {
  const { Role } = await configurationOf(lambda, `latchkey-${stage}-onEffectDue`);
  const Statement = [{ Effect: 'Allow', Action: 'ses:SendRawEmail', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam(url, {
    Action: 'PutRolePolicy',
    RoleName: Role.split('/').at(-1) ?? '',
    PolicyName: 'mail-in-the-emulator',
    PolicyDocument,
  });
}

/** The bucket refuses plain HTTP, and the emulator supports nothing else. */
async function letPlainHttpIn(url: string): Promise<void> {
  const headers = { authorization: authorizationOf({ accountId, region }, 's3') };
  const gone = await fetch(`${url}/latchkey-${stage}-backups-${accountId}?policy`, { method: 'DELETE', headers });
  if (!gone.ok) throw new Error(`The bucket's policy stays: ${await gone.text()}`);
}

async function iam(url: string, input: Readonly<Record<string, string>>): Promise<void> {
  const body = new URLSearchParams({ Version: '2010-05-08', ...input });
  const made = await fetch(url, {
    method: 'POST',
    headers: { authorization: authorizationOf({ accountId, region }, 'iam') },
    body,
  });
  if (!made.ok) throw new Error(`IAM refuses ${input.Action}: ${await made.text()}`);
}
