export { createLambda, FunctionError, type Lambda, type LambdaFunction } from './lambda.ts';
