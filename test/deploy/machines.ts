/**
 * The deployed state machines in this project's interpreter: their definitions are read back from the deployment, and
 * their tasks are the deployed functions. The emulator runs JSONata itself, but loses the names of the errors that our
 * retries match.
 */
import { DescribeStateMachineCommand, ListStateMachinesCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Call, ServiceEmulator } from 'aws-local/protocol';
import { createStepFunctions } from 'aws-local/step-functions';
import { invoke, type LambdaApi } from './lambda-api.ts';

/** `dir` has the executions. `speed` divides waits. */
export async function runMachines(
  { sfn, lambda }: { sfn: SFNClient; lambda: LambdaApi },
  { dir, speed }: { dir: string; speed: number },
): Promise<ServiceEmulator> {
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
  const machines = await Promise.all(
    stateMachines.map(async ({ stateMachineArn = '', name = '' }) => {
      const { definition = '' } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      return { arn: stateMachineArn, name, definition: JSON.parse(definition) as unknown };
    }),
  );
  return createStepFunctions({
    dir,
    machines,
    speed,
    invoke: (functionArn, payload) => taskOf(lambda, functionArn, payload),
  });
}

/** For every deployed machine, by its name without the stage: the results of its executions, or that they run. */
export async function executionsOf(
  states: ServiceEmulator,
  sfn: SFNClient,
  call: Omit<Call, 'operation' | 'input'>,
): Promise<Map<string, string[]>> {
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
  const listed = stateMachines.map(async ({ stateMachineArn, name = '' }) => {
    const { executions } = (await states.call({
      ...call,
      operation: 'ListExecutions',
      input: { stateMachineArn },
    })) as {
      executions: { status: string }[];
    };
    return [name.replace(/^latchkey-[a-z]+-/, ''), executions.map(({ status }) => status)] as const;
  });
  return new Map(await Promise.all(listed));
}

async function taskOf(lambda: LambdaApi, functionArn: string, payload: unknown): Promise<unknown> {
  const { error, payload: response, log } = await invoke(lambda, functionArn, payload);
  if (!error) return response;
  const { errorType = 'Error', errorMessage = '' } = response as { errorType?: string; errorMessage?: string };
  throw Object.assign(new Error(errorMessage), { name: nameOf(errorType, log) });
}

/**
 * The emulator reports every error as `Runtime.HandlerError`; the function's own log has the original
 * (`lib/edge/task.ts`).
 */
function nameOf(errorType: string, log: string): string {
  if (errorType !== 'Runtime.HandlerError') return errorType;
  if (log.includes('"A step is not complete yet"')) return 'Transient';
  const failed = log.split('\n').find((line) => line.includes('"A step failed"')) ?? '';
  return /"name":"Problem"/.test(failed) ? 'Problem' : 'Transient';
}
