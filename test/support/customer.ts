/** What the customer does in its own account: commands in a shell, and rules that forward a key's events. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accessKey, customerAccount, region } from '#local/accounts.ts';
import type { Platform } from './cloud.ts';

export interface CustomerShell {
  /** The working directory. */
  readonly folder: string;
  /** Runs the commands in order, as the administrator of the account; rejects if one fails. */
  run(commands: readonly string[]): Promise<void>;
  /** The same for the commands of a mail. */
  paste(mail: string): Promise<void>;
  close(): void;
}

/** Bash with the AWS CLI of the local cloud, and with the address and the token of the REST API. */
export function aCustomerShell({ cloud, tokens }: Pick<Platform, 'cloud' | 'tokens'>): CustomerShell {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-paste-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  copyFileSync('local/wrappers/aws.sh', join(bin, 'aws'));
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: accessKey(customerAccount),
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: cloud.urls.aws,
    LATCHKEY_URL: cloud.urls.api,
    LATCHKEY_TOKEN: tokens.teamToken,
    PATH: `${bin}:${process.env.PATH}`,
  };
  const run = async (commands: readonly string[]): Promise<void> => {
    if (commands.length === 0) throw new Error('There is no command to run');
    await promisify(execFile)('bash', ['-euc', commands.join('\n')], { cwd: folder, env });
  };
  return {
    folder,
    run,
    paste: (mail) => run(mail.split('\n').filter((line) => /^ {4}(aws|jq|cp|cut|openssl) /.test(line))),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Deletes the rule that forwards events of the account's keys. */
export async function stopForwarding(platform: Pick<Platform, 'awsOfCustomer' | 'cloud'>): Promise<void> {
  const { events } = platform.cloud;
  await platform.awsOfCustomer(events, 'RemoveTargets', { Rule: 'latchkey-key-events', Ids: ['latchkey'] });
  await platform.awsOfCustomer(events, 'DeleteRule', { Name: 'latchkey-key-events' });
}
