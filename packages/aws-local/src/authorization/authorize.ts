/**
 * Refuses a request that the caller's own policies do not allow. The service's emulator evaluates resource policies.
 */
import { globalValues } from '../iam/global-keys.ts';
import { requestValues } from '../iam/request-values.ts';
import { AwsError, type Caller, type PolicyDecision, userOf } from '../protocol.ts';
import { neededActions } from './actions.ts';
import type { NeededAction, Request } from './needed-action.ts';

export interface AuthorizedRequest extends Omit<Request, 'caller'> {
  readonly caller: Caller;
}

/** Throws the service's own error for missing permission. */
export function authorize(service: string, request: AuthorizedRequest): void {
  if (!request.caller.policies) return;
  for (const needed of neededActions(service, request)) {
    const decision = decisionOn(needed, request);
    if (decision !== 'allowed') throw accessDenied(service, request.caller, { ...needed, decision });
  }
}

/** An administrator's decision is always `allowed`. */
export function decisionOn(
  { action, resources, region: elsewhere, conditions }: NeededAction,
  { caller, region, resourceAccount }: Pick<AuthorizedRequest, 'caller' | 'region'> & { resourceAccount?: string },
): PolicyDecision {
  const { policies } = caller;
  if (!policies) return 'allowed';
  const decisions = resources.map((resource) => {
    const account = resourceAccount ?? (resource.split(':')[4] || caller.accountId);
    const place = { region: elsewhere ?? region, resourceAccount: account };
    const values = requestValues({ ...globalValues({ caller, at: new Date(), ...place }), ...conditions });
    return policies.decide({ action, resource, values });
  });
  if (decisions.includes('denied')) return 'denied';
  return decisions.includes('allowed') ? 'allowed' : 'silent';
}

interface Refused extends NeededAction {
  readonly decision: PolicyDecision;
}

/** Source: IAM user guide, "Troubleshoot access denied error messages"; SES and S3 have older forms. */
export function accessDenied(service: string, caller: Caller, { action, resources, decision }: Refused): AwsError {
  const user = userOf(caller);
  const [resource = '*'] = resources;
  const reason =
    decision === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  if (service === 'ses') {
    const message = `User \`${user}' is not authorized to perform \`${action}' on resource \`${resource}'`;
    return new AwsError('AccessDenied', message, { status: 403 });
  }
  if (service === 's3') {
    const message = `User: ${user} is not authorized to perform: ${action} on resource: "${resource}" ${reason}`;
    return new AwsError('AccessDenied', message, { status: 403 });
  }
  const message = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  return new AwsError('AccessDeniedException', message);
}
