/** Trust policies: who may assume a role. */
import { parsePolicy } from '../iam/policy-document.ts';
import { evaluatePolicy } from '../iam/policy-evaluation.ts';
import { requestValues } from '../iam/request-values.ts';
import { AwsError } from '../protocol.ts';

const malformed = (message: string) => new AwsError('MalformedPolicyDocument', message);

/** The error of each service when a resource is created with a role that it may not assume. */
const refusals: Readonly<Record<string, AwsError>> = {
  'lambda.amazonaws.com': new AwsError(
    'InvalidParameterValueException',
    'The role defined for the function cannot be assumed by Lambda.',
  ),
  'states.amazonaws.com': new AwsError(
    'AccessDeniedException',
    'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the ' +
      'provided role.',
  ),
};

/** Throws the service's error, unless the trust policy lets the service assume the role. */
export function assertTrusts(trustPolicy: unknown, service: keyof typeof refusals & string): void {
  // A trust policy has no Resource: it is the role's own.
  const text = JSON.stringify(trustPolicy, (name, value) =>
    name === 'Statement' ? [value].flat().map((statement: object) => ({ ...statement, Resource: '*' })) : value,
  );
  const policy = parsePolicy(text, { malformed, knowsKey: () => false });
  const caller = { accountId: '', arn: service };
  const request = { caller, action: 'sts:AssumeRole', resource: '*', values: requestValues({}) };
  if (evaluatePolicy(policy, request) !== 'allowed')
    throw refusals[service] ?? new AwsError('AccessDenied', `${service} may not assume the role.`);
}
