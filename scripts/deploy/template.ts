/** What is done to every resource of a kind, so that none is forgotten: tokens before operations, dead letters behind events. */
import { operations } from '#lib/contracts/index.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  DependsOn?: unknown;
}

export type Resources = Record<string, Resource>;

/** Operations that need no token, as API Gateway names routes: `GET /v1/health`. */
const open = new Set(operations.filter(({ scope }) => scope === 'public').map(({ method, path }) => `${method} ${path}`));

/** Puts the authorizer before each route that needs a token. */
export function guardRoutes(resources: Resources): void {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::ApiGatewayV2::Route' || !Properties || open.has(String(Properties.RouteKey))) continue;
    Object.assign(Properties, { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'TokenAuthorizer' } });
  }
}

/** What a rule can't deliver goes to the queue of dead letters. */
export function keepUndelivered(resources: Resources): void {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::Events::Rule' || !Properties || !Array.isArray(Properties.Targets)) continue;
    Properties.Targets = Properties.Targets.map((target: Record<string, unknown>) => ({
      ...target,
      DeadLetterConfig: { Arn: deadLetters },
    }));
  }
}

/** A function refers to its role, so that it depends on it needn't be said again. */
export function dropRepeatedDependencies(resources: Resources): void {
  for (const resource of Object.values(resources)) if (resource.Type === 'AWS::Lambda::Function') delete resource.DependsOn;
}

export const deadLetters = { 'Fn::GetAtt': ['DeadLetters', 'Arn'] };
