export { identityPolicies } from './identity-policies.ts';
export { assertTrusts } from './trust.ts';
