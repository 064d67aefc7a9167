/** The running executions of Step Functions. */
import { ListExecutionsCommand, ListStateMachinesCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { accessKey, platformAccount, region } from '#local/accounts.ts';
import type { Running } from '../cloud.ts';

async function atStepFunctions<T>({ env }: Running, act: (sfn: SFNClient) => Promise<T>): Promise<T> {
  const credentials = { accessKeyId: accessKey(platformAccount), secretAccessKey: 'x' };
  const sfn = new SFNClient({ endpoint: env.AWS_ENDPOINT_URL ?? '', region, credentials });
  try {
    return await act(sfn);
  } finally {
    sfn.destroy();
  }
}

/** Of all machines. */
export const executions = (cloud: Running): Promise<string[]> =>
  atStepFunctions(cloud, async (sfn) => {
    const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
    const running = stateMachines.map(async ({ stateMachineArn }) => {
      const { executions: found = [] } = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
      );
      return found.map(({ executionArn }) => executionArn ?? '');
    });
    return (await Promise.all(running)).flat();
  });

/** Starts one as a schedule does. */
export const startExecution = (cloud: Running, machine: string, input: object) =>
  atStepFunctions(cloud, (sfn) => {
    const stateMachineArn = `arn:aws:states:${region}:${platformAccount}:stateMachine:latchkey-local-${machine}`;
    return sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  });
