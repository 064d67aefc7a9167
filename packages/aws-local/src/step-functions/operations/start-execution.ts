/**
 * StartExecution.
 * Source: Step Functions API reference, "StartExecution".
 * Does not: free a name after 90 days, throttle, or trace.
 */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../protocol.ts';
import { executionArn } from '../arn.ts';
import { payloadLimit } from '../json.ts';
import { optionalText } from './input.ts';
import { type Operation, requireArn, requireMachine, seconds } from './operation.ts';

/** Characters that names must not contain: white space, brackets, wildcards, special and control characters. */
const refused = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

export const startExecution: Operation = (service, request) => {
  const name = optionalText(request.input, 'name', { min: 1, max: 80 }) ?? randomUUID();
  const input = optionalText(request.input, 'input') ?? '{}';
  const { arn: machineArn, definition } = requireMachine(
    service,
    requireArn(request, 'stateMachineArn', 'stateMachine'),
  );
  if (refused.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  checkInput(input);
  const { register, active, start } = service.engine;
  const known = register.execution(executionArn(machineArn, name));
  if (known && active.get(known.arn)?.input !== input)
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
  const { arn, startDate } = known ?? start({ machineArn, name, input, definition });
  return { executionArn: arn, startDate: seconds(startDate) };
};

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > payloadLimit) {
    const constraint = `Member must have length less than or equal to ${payloadLimit}`;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'input' failed to satisfy constraint: ${constraint}`,
    );
  }
  try {
    JSON.parse(input);
  } catch (thrown) {
    throw new AwsError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${thrown instanceof Error ? thrown.message : ''}'`,
    );
  }
}
