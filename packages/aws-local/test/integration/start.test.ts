/**
 * The package as a program and as a library: what starts keeps its state, ends by a signal, and names what stops it
 * from starting.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAwsLocal } from '../../src/start.ts';

const root = resolve(import.meta.dirname, '..', '..');
const account = '111122223333';
const settings = (endpoint: string) => ({
  ...{ endpoint, region: 'eu-west-1', maxAttempts: 1 },
  credentials: { accessKeyId: account, secretAccessKey: 'any' },
});

let dir: string;
const children = new Set<ChildProcess>();
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'aws-local-start-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  rmSync(dir, { recursive: true });
});

const commandLine = (...args: string[]) => [join(root, 'src', 'main.ts'), '--dir', dir, ...args];

/** Starts the program on free ports and waits for its addresses. */
async function startProgram(): Promise<{ url: string; stop(): Promise<number | null> }> {
  const child = spawn(process.execPath, commandLine('--port', '0', '--inbox-port', '0', '--region', 'eu-west-1'), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const stop = async () => {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    return (await exit)[0];
  };
  return { url: line.split(/\s+/).at(-1) ?? '', stop };
}

describe('the program', () => {
  it('takes the access key ID for the account, and keeps what was created', async () => {
    const first = await startProgram();
    const identity = await new STSClient(settings(first.url)).send(new GetCallerIdentityCommand({}));
    const { KeyMetadata } = await new KMSClient(settings(first.url)).send(new CreateKeyCommand({}));
    const code = await first.stop();

    const second = await startProgram();
    const { Keys } = await new KMSClient(settings(second.url)).send(new ListKeysCommand({}));
    await second.stop();

    expect(identity).toMatchObject({ Account: account, Arn: `arn:aws:iam::${account}:user/admin` });
    expect(code).toBe(0);
    expect(Keys?.map(({ KeyId }) => KeyId)).toEqual([KeyMetadata?.KeyId]);
  });

  it.each([
    [['--port', 'http'], '--port is a number from 0 to 65535, not "http".'],
    [['--inbox-port', '70000'], '--inbox-port is a number from 0 to 65535, not "70000".'],
    [['--verbose'], "Unknown option '--verbose'"],
  ])('refuses %j with a message', (args, message) => {
    const { status, stderr } = spawnSync(process.execPath, commandLine(...args), { encoding: 'utf8' });

    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe('startAwsLocal', () => {
  it('refuses a folder that is in use, and leaves the first one running', async () => {
    const aws = await startAwsLocal({ dir });

    await expect(startAwsLocal({ dir })).rejects.toThrow(`aws-local already runs on ${dir}`);

    const identity = await new STSClient(settings(aws.url)).send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe(account);
    await aws.close();
  });

  it('closes everything again if the port is taken', async () => {
    const other = await startAwsLocal({ dir: join(dir, 'other') });
    const port = Number(new URL(other.url).port);

    await expect(startAwsLocal({ dir, port })).rejects.toThrow(`Port ${port} is taken`);

    await (await startAwsLocal({ dir })).close();
    await other.close();
  });
});

describe('the example of the README', () => {
  it('is the file, and prints what the README says', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const source = readFileSync(join(root, 'examples', 'orders.ts'), 'utf8');

    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'examples', 'orders.ts'), dir], {
      encoding: 'utf8',
    });

    expect(stderr).toBe('');
    expect(stdout).toBe('SUCCEEDED {"total":7}\nDisableKey\n');
    expect(readme).toContain(source);
    expect(readme).toContain(stdout);
  });
});
