/**
 * Resource policies of Lambda functions: which services may invoke them, and for which resources.
 * Source: Lambda developer guide, "Granting Lambda function access to AWS services".
 */
import {
  assertAllowedOn,
  type ResourcePolicy,
  resourcePolicy,
  serviceCaller,
} from '../authorization/resource-policy.ts';

/** Throws `AccessDeniedException` unless the service may invoke the function for the resource of `sourceArn`. */
export type AssertInvocable = (functionArn: string, invoker: Invoker) => void;

export interface Invoker {
  /** As `events.amazonaws.com`. */
  readonly service: string;
  /** Of the rule or route that invokes the function. */
  readonly sourceArn: string;
}

/** `permissions` are inputs of `AddPermission`, each with the function's ARN. */
export function invokePermissions(permissions: readonly Readonly<Record<string, unknown>>[]): AssertInvocable {
  const statements = Map.groupBy(permissions, ({ FunctionName }) => String(FunctionName));
  const policies = new Map<string, ResourcePolicy>(
    [...statements].map(([functionArn, own]) => {
      const Statement = own.map((permission) => statementOf(functionArn, permission));
      return [functionArn, resourcePolicy({ Version: '2012-10-17', Statement })];
    }),
  );
  return (functionArn, { service, sourceArn }) => {
    const [, , , region = ''] = functionArn.split(':');
    const caller = serviceCaller(service, sourceArn);
    const request = { caller, action: 'lambda:InvokeFunction', resource: functionArn, region };
    assertAllowedOn(policies.get(functionArn) ?? [], request, { code: 'AccessDeniedException' });
  };
}

/** The statement that Lambda adds to the function's policy. */
function statementOf(
  Resource: string,
  { Action, Principal, SourceArn, SourceAccount }: Readonly<Record<string, unknown>>,
) {
  const Condition = {
    ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    ...(SourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
  };
  return { Effect: 'Allow', Principal: { Service: Principal }, Action, Resource, Condition };
}
