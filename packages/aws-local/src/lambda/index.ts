export {
  type Credentials,
  createLambda,
  FunctionError,
  invocationCredentials,
  type Lambda,
  type LambdaFunction,
} from './lambda.ts';
