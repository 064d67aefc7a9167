/**
 * Decides a request by the caller's own policies together with the resource's: either suffices within one account, and
 * across accounts both must allow the action. A service has the resource's policy only. An explicit deny wins.
 * Source: IAM user guide, "Policy evaluation logic".
 */
import { globalValues, isGlobalKey } from '../iam/global-keys.ts';
import { type PolicyDocument, parsePolicy } from '../iam/policy-document.ts';
import { evaluatePolicy } from '../iam/policy-evaluation.ts';
import { requestValues } from '../iam/request-values.ts';
import { AwsError, type Caller, type PolicyDecision, userOf } from '../protocol.ts';

/** The policy of a queue, topic or function. */
export type ResourcePolicy = PolicyDocument;

/** Throws `MalformedPolicyDocument` for what is not evaluated here. A missing document allows nothing. */
export const resourcePolicy = (document: unknown): ResourcePolicy =>
  document === null || document === undefined
    ? []
    : parsePolicy(JSON.stringify(document), {
        malformed: (message) => new AwsError('MalformedPolicyDocument', message),
        knowsKey: isGlobalKey,
      });

export interface ResourceRequest {
  readonly caller: Caller;
  readonly action: string;
  /** The resource's ARN. */
  readonly resource: string;
  readonly region: string;
}

function decideOnResource(policy: ResourcePolicy, request: ResourceRequest): PolicyDecision {
  const { caller, action, resource, region } = request;
  const resourceAccount = resource.split(':')[4] ?? '';
  const values = requestValues(globalValues({ caller, region, at: new Date(), resourceAccount }));
  const byResource = evaluatePolicy(policy, { caller, action, resource, values });
  const byCaller = ownDecision({ caller, action, resource, values });
  if (byResource === 'denied' || byCaller === 'denied') return 'denied';
  const suffices = caller.accountId === resourceAccount || caller.accountId === '';
  const allows = [byResource, byCaller].filter((decision) => decision === 'allowed').length;
  return allows > (suffices ? 0 : 1) ? 'allowed' : 'silent';
}

/** An administrator may do all that the account may; a service has no policies of its own. */
function ownDecision({
  caller,
  ...request
}: Parameters<typeof evaluatePolicy>[1] & { caller: Caller }): PolicyDecision {
  if (caller.policies) return caller.policies.decide(request);
  return caller.accountId === '' ? 'silent' : 'allowed';
}

/** Throws the error of a service for a request that is not allowed. */
export function assertAllowedOn(
  policy: ResourcePolicy,
  request: ResourceRequest,
  { code, status = 403 }: { code: string; status?: number },
): void {
  const decision = decideOnResource(policy, request);
  if (decision === 'allowed') return;
  const { caller, action, resource } = request;
  const kind = caller.accountId === '' ? 'resource' : 'identity';
  const reason =
    decision === 'denied' ? 'with an explicit deny' : `because no ${kind}-based policy allows the ${action} action`;
  const text = `User: ${userOf(caller)} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  throw new AwsError(code, text, { status });
}

/** An AWS service that acts for a resource, as EventBridge does for a rule. */
export const serviceCaller = (service: string, sourceArn: string): Caller => ({
  accountId: '',
  arn: service,
  source: { arn: sourceArn, accountId: sourceArn.split(':')[4] ?? '' },
});
