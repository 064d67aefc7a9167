/** Executions of a small machine, each polled until it has succeeded. */
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { platformAccount } from '#local/accounts.ts';
import { bareCalls } from './bare-calls.ts';
import { connections } from './load-dynamodb.ts';
import { machine } from './machine.ts';
import { perSecond } from './pace.ts';
import { clientSettings } from './services.ts';

/** Where machines are made over the API. */
export async function makeMachine(endpoint: string): Promise<void> {
  const client = new SFNClient(clientSettings(endpoint));
  const roleArn = `arn:aws:iam::${platformAccount}:role/bench`;
  await client.send(
    new CreateStateMachineCommand({ name: machine.name, definition: JSON.stringify(machine.definition), roleArn }),
  );
  client.destroy();
}

export async function executionsPerSecond(endpoint: string, seconds: number): Promise<number> {
  const states = bareCalls(endpoint, { name: 'states', targets: 'AWSStepFunctions' });
  const once = async () => {
    const { executionArn } = await states.call('StartExecution', {
      stateMachineArn: machine.arn,
      input: '{"number":7}',
    });
    for (let status: unknown = 'RUNNING'; status !== 'SUCCEEDED'; ) {
      if (status !== 'RUNNING') throw new Error(`An execution is ${status}.`);
      status = (await states.call('DescribeExecution', { executionArn })).status;
    }
    return 1;
  };
  try {
    return await perSecond(once, { seconds, atOnce: connections });
  } finally {
    states.close();
  }
}
