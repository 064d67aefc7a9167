/** The permissions of a state machine's role. An administrator has all. */
import { decisionOn } from '../authorization/authorize.ts';
import { type Caller, userOf } from '../protocol.ts';
import type { Execution } from './execution.ts';
import { StateFailure } from './failure.ts';

/** The state machine's ARN without the Map's label of a child execution. */
export const machineOf = ({ record }: Execution): string => record.machineArn.split('/')[0] ?? '';

/** Throws the failure of a Task on AWS, with Lambda's error as its cause. */
export function assertMayInvoke(role: Caller | undefined, functionArn: string): void {
  const refusal = refusalOf(role, 'lambda:InvokeFunction', functionArn);
  if (refusal === null) return;
  const origin = '(Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException)';
  throw new StateFailure('Lambda.AWSLambdaException', `${refusal} ${origin}`, { isTaskFailure: true });
}

/**
 * A distributed Map starts its children as the machine's role. Throws `States.Permissions`: the guide does not name the
 * error of a Map.
 */
export function assertMayStart(role: Caller | undefined, machineArn: string): void {
  const refusal = refusalOf(role, 'states:StartExecution', machineArn);
  if (refusal !== null) throw new StateFailure('States.Permissions', refusal);
}

/** The text of AWS's error; null if the action is allowed. */
function refusalOf(role: Caller | undefined, action: string, resource: string): string | null {
  if (!role) return null;
  const [, , , region = ''] = resource.split(':');
  const decision = decisionOn({ action, resources: [resource] }, { caller: role, region });
  if (decision === 'allowed') return null;
  const reason =
    decision === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${userOf(role)} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
}
