/**
 * The policies of a user or role.
 * Does not: know managed policies, permissions boundaries, session policies or service control policies.
 */
import { isGlobalKey } from '../iam/global-keys.ts';
import { type PolicyDocument, parseIdentityPolicy } from '../iam/policy-document.ts';
import { evaluatePolicy } from '../iam/policy-evaluation.ts';
import { isKmsKey } from '../kms/key-policy.ts';
import { type ActionRequest, AwsError, type IdentityPolicies, type PolicyDecision } from '../protocol.ts';

/** Condition keys of services without an emulator. Their statements never apply, since there are no such requests. */
const keysWithoutRequests = new Set(['ec2:createaction', 'iam:passedtoservice']);

/** Throws `MalformedPolicyDocument` for a document that IAM refuses, and for what is not evaluated here. */
const parsed = (document: string): PolicyDocument =>
  parseIdentityPolicy(document, {
    malformed: (message) => new AwsError('MalformedPolicyDocument', message),
    knowsKey: (key) => isGlobalKey(key) || isKmsKey(key) || keysWithoutRequests.has(key),
  });

/** `observe` receives each decision. */
export function identityPolicies(
  documents: readonly string[],
  observe: (request: ActionRequest, decision: PolicyDecision) => void = () => undefined,
): IdentityPolicies {
  const statements = documents.flatMap(parsed);
  // Every statement's principal is the owner of the policy.
  const caller = { accountId: '', arn: '' };
  return {
    decide: (request) => {
      const decision = evaluatePolicy(statements, { ...request, caller });
      observe(request, decision);
      return decision;
    },
  };
}
