export { evaluatePolicy } from './policy-evaluation.ts';
export { type NamedValues, requestValues } from './request-values.ts';
