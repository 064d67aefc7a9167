/** The roles of the template that something here assumes, with the service that does. */
import { type Physicals, resolveIntrinsics } from './intrinsics.ts';
import { isRecord, ofType, type Template } from './template.ts';

export interface Role {
  readonly arn: string;
  readonly trustPolicy: unknown;
  /** The documents of its inline policies. */
  readonly policies: readonly unknown[];
}

/** By ARN. Throws for a role with managed policies, which the local cloud does not have. */
export function rolesOf(template: Template, physicals: Physicals): ReadonlyMap<string, Role> {
  const roles = ofType(template, 'AWS::IAM::Role').map(([logicalId, { properties }]): [string, Role] => {
    if (properties.ManagedPolicyArns !== undefined)
      throw new Error(`The template: ${logicalId}.ManagedPolicyArns is not understood by the local cloud`);
    const arn = physicals.get(logicalId)?.attributes.Arn ?? '';
    const trustPolicy = resolveIntrinsics(properties.AssumeRolePolicyDocument, physicals);
    const policies = [resolveIntrinsics(properties.Policies ?? [], physicals)].flat().filter(isRecord);
    return [arn, { arn, trustPolicy, policies: policies.map(({ PolicyDocument }) => PolicyDocument) }];
  });
  return new Map(roles);
}
