/** Keys by the AWS CLI, in a shell that has read the embedded cloud's settings: what is shown is what is run. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { accessKey, platformAccount } from '#local/accounts.ts';
import { DemoFailure } from './failure.ts';
import { type KeyTool, KmsRefusal } from './key-tool.ts';
import type { Act } from './stage.ts';

export interface Shell {
  /** A file for `source`. */
  readonly settings: string;
  /** Where commands run, and find their files. */
  readonly folder: string;
  /** Ends the command that runs. */
  readonly signal: AbortSignal;
}

/** `null` where there is no AWS CLI, or no `envsubst`, which the key policy's command line needs. */
export async function cliKeyTool(shell: Shell): Promise<KeyTool | null> {
  const version = await run(shell, 'aws --version && command -v envsubst >/dev/null', {}).catch(() => null);
  if (version === null) return null;
  const command = <T>(text: string, read: (output: string) => T, variables = {}): Act<T> => ({
    kind: 'command',
    text,
    run: async () => read(await run(shell, text, variables)),
  });
  const file = (name: string, content: string | Uint8Array) => writeFileSync(join(shell.folder, name), content, { mode: 0o600 });
  const onKey = (operation: string) => (keyArn: string) =>
    command(`aws kms ${operation} --key-id $CMK_ARN`, () => undefined, { CMK_ARN: keyArn });
  return {
    name: version.trim().split(' ', 1)[0] ?? 'aws-cli',
    createKey(policyTemplate) {
      file('key-policy.json', policyTemplate);
      const policy = '--policy $(envsubst < key-policy.json)';
      return command(`aws kms create-key ${policy}`, (output) => CreatedKey.parse(JSON.parse(output)).KeyMetadata.Arn);
    },
    enableRotation: onKey('enable-key-rotation'),
    disable: onKey('disable-key'),
    enable: onKey('enable-key'),
    decryptAsPlatform({ keyArn, ciphertext, context }) {
      file('data-key', ciphertext);
      file('context.json', JSON.stringify(context));
      return command(
        `AWS_ACCESS_KEY_ID=${accessKey(platformAccount)} aws kms decrypt --key-id $CMK_ARN --ciphertext-blob fileb://data-key --encryption-context file://context.json`,
        (output) => Buffer.from(Decrypted.parse(JSON.parse(output)).Plaintext, 'base64').length,
        { CMK_ARN: keyArn },
      );
    },
  };
}

const CreatedKey = z.object({ KeyMetadata: z.object({ Arn: z.string() }) });
const Decrypted = z.object({ Plaintext: z.string() });

/** The CLI's own settings of whoever started this stay out of it. */
const strangers = /^AWS_(?!CA_BUNDLE$)/;

function run({ settings, folder, signal }: Shell, command: string, variables: Record<string, string>): Promise<string> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !strangers.test(name)));
  const nobodys = { AWS_CONFIG_FILE: join(folder, 'no-config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials') };
  const env = { ...own, ...nobodys, ...variables, DEMO_SETTINGS: settings };
  return new Promise((resolve, reject) => {
    // A group of its own: the signal ends the shell's child with it.
    const child = spawn('sh', ['-c', `. "$DEMO_SETTINGS"; ${command}`], { cwd: folder, env, detached: true });
    const endGroup = () => child.pid && process.kill(-child.pid, 'SIGTERM');
    signal.addEventListener('abort', endGroup, { once: true });
    let output = '';
    let complaint = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (complaint += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', endGroup);
      if (code === 0) resolve(output);
      else reject(refusalIn(complaint) ?? new DemoFailure(`\`${command}\` ended with ${code}: ${complaint.trim()}`));
    });
  });
}

function refusalIn(complaint: string): KmsRefusal | null {
  const [, code, message] = /An error occurred \((\w+)\).*?: (.*)/.exec(complaint) ?? [];
  return code ? new KmsRefusal(code, message ?? '') : null;
}
