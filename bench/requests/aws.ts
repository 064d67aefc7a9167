/** The emulators of AWS in another process, with a team, an app and a customer's key. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CreateKeyCommand, EnableKeyRotationCommand, KMSClient } from '@aws-sdk/client-kms';
import { createApp, createSpace } from '#lib/apps/create.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { keyPolicy } from '#lib/model/key-policy.ts';
import { appStore } from '#lib/store/apps.ts';
import { quotaStore } from '#lib/store/quotas.ts';
import { issueToken } from '#lib/teams/tokens.ts';
import { committer } from '#lib/wiring/committer.ts';
import * as keys from '#lib/wiring/keys.ts';
import { accessKey, customerAccount, platformAccount, region } from '#local/accounts.ts';
import { enterEnvironment } from '#local/environment.ts';

export interface World {
  readonly teamId: string;
  readonly token: string;
  readonly keyId: string;
  readonly keyArn: string;
  readonly app: string;
  /** The environment of a function. */
  readonly environment: Readonly<Record<string, string>>;
}

type Message = { readonly environment: Record<string, string> } | { readonly failure: string };

/** Runs the work in the functions' environment, and always ends the process that it started. */
export async function withAws<T>(work: (world: World) => Promise<T>): Promise<T> {
  const child = fork(join(import.meta.dirname, 'aws-process.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--no-warnings'],
  });
  const ended = once(child, 'exit');
  try {
    const [message] = (await Promise.race([
      once(child, 'message'),
      ended.then(() => [{ failure: 'The stand-ins ended' }]),
    ])) as [Message];
    if ('failure' in message) throw new Error(message.failure);
    const { environment } = message;
    const leave = [enterEnvironment(environment), unheardLog()];
    try {
      return await work({ ...(await furnished()), environment });
    } finally {
      for (const undo of leave) undo();
    }
  } finally {
    if (child.connected) child.disconnect();
    await ended;
  }
}

/** Discards the functions' log lines. Returns a function that restores the previous output. */
function unheardLog(): () => void {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  return () => {
    process.stdout.write = write;
  };
}

const actor = { kind: 'operator', id: 'bench' } as const;

async function furnished(): Promise<Omit<World, 'environment'>> {
  const deps = { ...committer(), ...appStore(), newId, now };
  const team = { id: newId('team'), name: 'bench' };
  const scopes = ['read', 'write', 'admin'] as const;
  const issue = {
    team,
    operator: false,
    email: 'admin@example.com',
    actor,
    isNew: true,
    name: 'bench',
    scopes: [...scopes],
  };
  const { secret } = await issueToken(deps, issue);
  // A request is repeated more often than a team's databases are many, by the function and by the bare handler.
  await quotaStore().limitQuota(team.id, 'databases', 10_000);
  const space = await createSpace(deps)({ teamId: team.id, actor, name: 'bench', tier: 'private' });
  const app = await createApp(deps)({
    teamId: team.id,
    actor,
    name: 'bench',
    space: space.name,
    admins: ['admin@example.com'],
  });
  const keyArn = await keyOfCustomer(team.id);
  const { key } = await keys.register()({ teamId: team.id, arn: keyArn, actor });
  return { teamId: team.id, token: secret, keyId: key.id, keyArn, app: app.name };
}

export async function keyOfCustomer(teamId: string): Promise<string> {
  const credentials = { accessKeyId: accessKey(customerAccount), secretAccessKey: 'customer' };
  const kms = new KMSClient({ region, credentials });
  const policy = keyPolicy({ customer: customerAccount, platform: platformAccount, partition: 'aws', teamId });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy: JSON.stringify(policy) }));
  await kms.send(new EnableKeyRotationCommand({ KeyId: KeyMetadata?.KeyId }));
  kms.destroy();
  return KeyMetadata?.Arn ?? '';
}
