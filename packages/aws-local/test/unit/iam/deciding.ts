/** Decides requests by policies of a service whose condition keys are AWS's own and those that begin with `kms:`. */
import { isGlobalKey } from '../../../src/iam/global-keys.ts';
import { parsePolicy } from '../../../src/iam/policy-document.ts';
import { evaluatePolicy } from '../../../src/iam/policy-evaluation.ts';
import type { Identity } from '../../../src/iam/principals.ts';
import { type NamedValues, requestValues } from '../../../src/iam/request-values.ts';
import type { PolicyDecision } from '../../../src/protocol.ts';

export const role: Identity = { accountId: '210987654321', arn: 'arn:aws:iam::210987654321:role/worker' };
const resource = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';

interface Request {
  readonly caller?: Identity;
  readonly action?: string;
  readonly values?: NamedValues;
  /** Of the policy. */
  readonly version?: string;
}

export const parse = (Statement: readonly object[], Version = '2012-10-17') =>
  parsePolicy(JSON.stringify({ Version, Statement }), {
    malformed: (message) => new Error(message),
    knowsKey: (key) => isGlobalKey(key) || key.startsWith('kms:'),
  });

export const decide = (statements: readonly object[], request: Request = {}): PolicyDecision => {
  const { caller = role, action = 'kms:Decrypt', values = {}, version } = request;
  return evaluatePolicy(parse(statements, version), { caller, action, resource, values: requestValues(values) });
};

export const statement = (overrides: object = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 'kms:*',
  Resource: '*',
  ...overrides,
});

/** Whether a condition holds for a request with these values. */
export const holds = (Condition: object, values: NamedValues, version?: string) =>
  decide([statement({ Condition })], { values, ...(version ? { version } : {}) }) === 'allowed';
