/** Keys by the AWS CLI, in a shell that has read the local cloud's settings: what is shown is what is run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { accessKey, platformAccount } from '#local/accounts.ts';
import { type KeyTool, type KeyVariable, KmsRefusal } from './key-tool.ts';
import { CommandFailure, runInShell, type Shell } from './shell.ts';
import type { Act } from './stage.ts';

/** `null` where there is no AWS CLI, or no `envsubst`, which the key policy's command line needs. */
export async function cliKeyTool(shell: Shell): Promise<KeyTool | null> {
  const version = await run(shell, 'aws --version && command -v envsubst >/dev/null', {}).catch(() => null);
  if (version === null) return null;
  const command = <T>(text: string, read: (output: string) => T, variables = {}): Act<T> => ({
    kind: 'command',
    text,
    run: async () => read(await run(shell, text, variables)),
  });
  const file = (name: string, content: string | Uint8Array) =>
    writeFileSync(join(shell.folder, name), content, { mode: 0o600 });
  const onKey =
    (operation: string) =>
    (keyArn: string, variable: KeyVariable = 'CMK_ARN') =>
      command(`aws kms ${operation} --key-id $${variable}`, () => undefined, { [variable]: keyArn });
  return {
    isCli: true,
    name: version.trim().split(' ', 1)[0] ?? 'aws-cli',
    createKey(policyTemplate) {
      file('key-policy.json', policyTemplate);
      const policy = '--policy $(envsubst < key-policy.json)';
      return command(`aws kms create-key ${policy}`, (output) => CreatedKey.parse(JSON.parse(output)).KeyMetadata.Arn);
    },
    enableRotation: onKey('enable-key-rotation'),
    disable: onKey('disable-key'),
    enable: onKey('enable-key'),
    scheduleDeletion: onKey('schedule-key-deletion'),
    cancelDeletion: onKey('cancel-key-deletion'),
    publicKey: (keyArn) =>
      command(
        'aws kms get-public-key --key-id $SIGNING_KEY_ARN',
        (output) => Buffer.from(SigningKey.parse(JSON.parse(output)).PublicKey, 'base64'),
        { SIGNING_KEY_ARN: keyArn },
      ),
    decryptAsPlatform({ keyArn, ciphertext, context }) {
      file('data-key', ciphertext);
      file('context.json', JSON.stringify(context));
      return command(
        `AWS_ACCESS_KEY_ID=${accessKey(platformAccount)} aws kms decrypt --key-id $CMK_ARN ` +
          '--ciphertext-blob fileb://data-key --encryption-context file://context.json',
        (output) => Buffer.from(Decrypted.parse(JSON.parse(output)).Plaintext, 'base64').length,
        { CMK_ARN: keyArn },
      );
    },
  };
}

const CreatedKey = z.object({ KeyMetadata: z.object({ Arn: z.string() }) });
const Decrypted = z.object({ Plaintext: z.string() });
const SigningKey = z.object({ PublicKey: z.string() });

const run = (shell: Shell, command: string, variables: Record<string, string>): Promise<string> =>
  runInShell(shell, command, variables).catch((error: unknown) => {
    throw (error instanceof CommandFailure && refusalIn(error.errorText)) || error;
  });

function refusalIn(errorText: string): KmsRefusal | null {
  const [, code, message] = /An error occurred \((\w+)\).*?: (.*)/.exec(errorText) ?? [];
  return code ? new KmsRefusal(code, message ?? '') : null;
}
