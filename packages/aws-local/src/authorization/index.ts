export { identityPolicies } from './identity-policies.ts';
export { serviceCaller } from './resource-policy.ts';
export { assertTrusts } from './trust.ts';
