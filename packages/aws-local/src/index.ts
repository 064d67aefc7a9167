export { type CallerOf, createCallerOf } from './accounts.ts';
export { type AwsLocal, type AwsLocalOptions, startAwsLocal } from './start.ts';
