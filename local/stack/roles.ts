/** The roles that the packaging gives the functions, under this cloud's names. */
import { packagedRoles } from '../../scripts/deploy/roles.ts';
import { type Physicals, resolveIntrinsics } from './intrinsics.ts';
import { type Place, physicalOf } from './physicals.ts';
import { isRecord } from './variables.ts';

export interface FunctionRole {
  /** Of the function in `serverless.yml`. */
  readonly functionKey: string;
  readonly arn: string;
  readonly trustPolicy: unknown;
  /** The documents of its policies. */
  readonly policies: readonly unknown[];
}

interface RolesInput {
  readonly functions: Parameters<typeof packagedRoles>[0];
  readonly mailFrom: string;
  readonly place: Place;
  readonly physicals: Physicals;
}

/** Throws for a function without rights, and for a right that `scripts/deploy/rights.ts` does not have. */
export function functionRoles({ functions, mailFrom, place, physicals }: RolesInput): FunctionRole[] {
  const { resources, roleOf } = packagedRoles(functions, { stage: place.stage, mailFrom });
  return [...roleOf].map(([functionKey, logicalId]) => {
    const resource = resources[logicalId];
    const properties = isRecord(resource) && isRecord(resource.Properties) ? resource.Properties : {};
    const resolve = (value: unknown) => resolveIntrinsics(value, physicals);
    const physical = physicalOf(logicalId, { type: 'AWS::IAM::Role', properties }, { ...place, resolve });
    const policies = [resolve(properties.Policies)].flat().filter(isRecord);
    return {
      functionKey,
      arn: physical?.attributes.Arn ?? '',
      trustPolicy: resolve(properties.AssumeRolePolicyDocument),
      policies: policies.map(({ PolicyDocument }) => PolicyDocument),
    };
  });
}
