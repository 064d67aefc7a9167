export {
  type Credentials,
  createLambda,
  FunctionError,
  invocationCredentials,
  type Lambda,
  type LambdaFunction,
} from './lambda.ts';
export { type AssertInvocable, invokePermissions } from './permissions.ts';
