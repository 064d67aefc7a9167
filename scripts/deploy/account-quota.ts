/**
 * Checks the account's Lambda quota before a deployment: CloudFormation would fail half-way, and roll everything back.
 */
import { createRequire } from 'node:module';
import { leastUnreserved } from './concurrency.ts';

interface LambdaClients {
  readonly LambdaClient: new (settings: object) => { send(command: object): Promise<unknown>; destroy(): void };
  readonly GetAccountSettingsCommand: new (input: object) => object;
}

/** `settings` are those of osls's own clients, whose SDK is used. Throws with instructions. */
export async function requireConcurrency(reserved: number, settings: object): Promise<void> {
  if (reserved === 0) return;
  const ofOsls = createRequire(createRequire(import.meta.url).resolve('serverless/package.json'));
  const { LambdaClient, GetAccountSettingsCommand } = ofOsls('@aws-sdk/client-lambda') as LambdaClients;
  const client = new LambdaClient(settings);
  try {
    const { AccountLimit } = (await client.send(new GetAccountSettingsCommand({}))) as {
      AccountLimit?: { ConcurrentExecutions?: number };
    };
    assertEnough(reserved, AccountLimit?.ConcurrentExecutions ?? Number.POSITIVE_INFINITY);
  } finally {
    client.destroy();
  }
}

export function assertEnough(reserved: number, quota: number): void {
  if (quota - reserved >= leastUnreserved) return;
  throw new Error(
    `The account's Lambda quota is ${quota} concurrent executions in this Region. This stage reserves ${reserved}, ` +
      `and Lambda keeps ${leastUnreserved} unreserved. Ask for ${reserved + leastUnreserved} or more, or set ` +
      'reservedConcurrency (docs/deploy.md).',
  );
}
