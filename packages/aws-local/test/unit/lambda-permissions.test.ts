/** The permissions by which services invoke functions. */
import { expect, it } from '@jest/globals';
import { invokePermissions } from '../../src/lambda/index.ts';

const account = '111122223333';
const functionArn = `arn:aws:lambda:us-east-1:${account}:function:orders`;
const rule = (name: string) => `arn:aws:events:us-east-1:${account}:rule/${name}`;
const permission = {
  FunctionName: functionArn,
  Action: 'lambda:InvokeFunction',
  Principal: 'events.amazonaws.com',
  SourceArn: rule('ship*'),
};
const assertInvocable = invokePermissions([
  permission,
  { ...permission, Principal: 'apigateway.amazonaws.com', SourceArn: `arn:aws:execute-api:us-east-1:${account}:a/*` },
  { ...permission, Principal: 's3.amazonaws.com', SourceArn: undefined, SourceAccount: account },
]);

it.each([
  { service: 'events.amazonaws.com', sourceArn: rule('shipping'), is: 'allowed' },
  { service: 'events.amazonaws.com', sourceArn: rule('billing'), is: 'refused' },
  {
    service: 'apigateway.amazonaws.com',
    sourceArn: `arn:aws:execute-api:us-east-1:${account}:a/$default/GET/orders`,
    is: 'allowed',
  },
  {
    service: 'apigateway.amazonaws.com',
    sourceArn: `arn:aws:execute-api:us-east-1:${account}:b/$default/GET/orders`,
    is: 'refused',
  },
  { service: 's3.amazonaws.com', sourceArn: `arn:aws:s3:us-east-1:${account}:orders`, is: 'allowed' },
  { service: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:us-east-1:999999999999:orders', is: 'refused' },
  { service: 'sns.amazonaws.com', sourceArn: rule('shipping'), is: 'refused' },
])('$service for $sourceArn is $is', ({ service, sourceArn, is }) => {
  const invoke = () => assertInvocable(functionArn, { service, sourceArn });

  if (is === 'allowed') expect(invoke).not.toThrow();
  else expect(invoke).toThrow(`User: ${service} is not authorized to perform: lambda:InvokeFunction on resource:`);
});

it('a function without permissions is invoked by no service', () => {
  const invoker = { service: 'events.amazonaws.com', sourceArn: rule('shipping') };

  expect(() => assertInvocable(`${functionArn}2`, invoker)).toThrow('no resource-based policy allows');
});
