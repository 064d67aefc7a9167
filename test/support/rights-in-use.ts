/**
 * Watches what functions do to AWS while a test runs, and fails if one of them does what its declared rights would not
 * allow. It knows actions, not resources or conditions: the emulators of `test/deploy` judge those.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { KMSClient } from '@aws-sdk/client-kms';
import type { Fleet } from '#lib/model/fleet.ts';
import type { Around } from '#local/gate.ts';
import { deployedFunctions } from '../../scripts/deploy/deployed.ts';
import { type Right, rights, type Statement } from '../../scripts/deploy/rights.ts';
import { rightsOf } from '../../scripts/deploy/roles.ts';

const root = join(import.meta.dirname, '..', '..');
const declared = rightsOf(deployedFunctions(root));

/** The key of the function that runs, or null outside of one and inside the process fleet, which AWS does not have. */
const running = new AsyncLocalStorage<string | null>();

/** Commands whose actions have other names. */
const actions: Readonly<Record<string, readonly string[]>> = {
  GetCommand: ['dynamodb:GetItem'],
  BatchGetCommand: ['dynamodb:BatchGetItem'],
  QueryCommand: ['dynamodb:Query'],
  PutCommand: ['dynamodb:PutItem'],
  UpdateCommand: ['dynamodb:UpdateItem'],
  DeleteCommand: ['dynamodb:DeleteItem'],
  TransactWriteCommand: [
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
    'dynamodb:ConditionCheckItem',
  ],
  HeadObjectCommand: ['s3:GetObject'],
  ReEncryptCommand: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
};
const prefixes: Readonly<Record<string, string>> = {
  KMSClient: 'kms',
  SFNClient: 'states',
  SESClient: 'ses',
  EventBridgeClient: 'events',
  S3Client: 's3',
};

const command = ['servers:describe', 'servers:command'] as const;
const change = [...command, 'servers:tag'] as const;

/** What EC2's fleet needs for each operation (`lib/fleet/ec2`); the process fleet calls none of it. */
const fleetRights: Readonly<Record<keyof Fleet, readonly Right[]>> = {
  launch: ['servers:describe', 'servers:launch', 'servers:start', 'keys:probe'],
  describe: ['servers:describe'],
  certificateAuthority: [],
  certificateRequest: change,
  installCertificate: change,
  stopServices: change,
  stopServers: [...change, 'servers:stop'],
  startServers: ['servers:describe', 'servers:start', 'keys:probe'],
  tryToOpen: [],
  startServices: change,
  backup: [...change, 'backups:read', 'backups:write', 'backups:delete'],
  restore: [...change, 'backups:read'],
  terminate: ['servers:describe', 'servers:terminate'],
  follow: change,
  caughtUp: command,
  promote: change,
  pauseWrites: change,
  resumeWrites: change,
  setPassword: change,
  configure: change,
  measure: command,
  resetStatistics: change,
  restartServices: change,
};

/** A condition on the calling service does not allow the function to call KMS by itself. */
const isDirect = ({ Condition }: Statement): boolean => !JSON.stringify(Condition ?? '').includes('kms:ViaService');

const allowedTo = (key: string): ReadonlySet<string> =>
  new Set(
    (declared.get(key) ?? []).flatMap((name) =>
      (rights[name] as readonly Statement[]).filter(isDirect).flatMap(({ Action }) => Action),
    ),
  );

/** `arn:aws:lambda:…:function:latchkey-local-apiKeys`, or the name alone. */
const keyOf = (functionName: string): string => functionName.split('-').at(-1) ?? '';

type Send = (this: object, command: object, ...rest: unknown[]) => unknown;

/** All clients of the SDK have it in common. */
const client = Object.getPrototypeOf(KMSClient.prototype) as { send: Send };

export function watchRights() {
  const missing = new Set<string>();
  const { send } = client;
  client.send = function watched(sent, ...rest) {
    const key = running.getStore();
    if (key) for (const fault of faultsOf(key, this.constructor.name, sent.constructor.name)) missing.add(fault);
    return send.call(this, sent, ...rest);
  };
  return {
    around: ((functionName, work) => running.run(keyOf(functionName), work)) satisfies Around,
    watchFleet: (fleet: Fleet): void => {
      for (const name of Object.keys(fleetRights) as (keyof Fleet)[]) watchOperation(fleet, name, missing);
    },
    assertDeclared: (): void => {
      client.send = send;
      if (missing.size > 0)
        throw new Error(`Functions lack rights in serverless.yml:\n${[...missing].sort().join('\n')}`);
    },
  };
}

function watchOperation(fleet: Fleet, name: keyof Fleet, missing: Set<string>): void {
  const original = fleet[name] as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]) => {
    const key = running.getStore();
    const lacked = key ? fleetRights[name].filter((right) => !declared.get(key)?.includes(right)) : [];
    for (const right of lacked) missing.add(`${key}: ${right}, for ${name} of servers`);
    return running.run(null, () => original.apply(fleet, args));
  };
  Object.assign(fleet, { [name]: watched });
}

function faultsOf(key: string, clientName: string, commandName: string): string[] {
  const allowed = allowedTo(key);
  const prefix = prefixes[clientName];
  const needed = actions[commandName] ?? (prefix ? [`${prefix}:${commandName.replace(/Command$/, '')}`] : []);
  if (needed.length === 0 && clientName !== 'DynamoDBClient')
    return [`${key}: an action for ${commandName} of ${clientName}`];
  return needed.filter((action) => !allowed.has(action)).map((action) => `${key}: ${action}, for ${commandName}`);
}
