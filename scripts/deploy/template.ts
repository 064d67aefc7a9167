/**
 * Settings for every resource of a kind, so that none is missed: the authorizer for routes, the dead-letter queue for
 * event targets.
 */

import { withReads } from '#lib/model/delivery-proof.ts';
import { needsToken } from '../documents/operations.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  DependsOn?: unknown;
}

export type Resources = Record<string, Resource>;

/** Adds the authorizer to each route that needs a token. */
export function guardRoutes(resources: Resources): void {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::ApiGatewayV2::Route' || !Properties || !needsToken(String(Properties.RouteKey))) continue;
    Object.assign(Properties, { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'TokenAuthorizer' } });
  }
}

/** Sends events that a rule cannot deliver to the dead-letter queue. */
export function keepUndelivered(resources: Resources): void {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::Events::Rule' || !Properties || !Array.isArray(Properties.Targets)) continue;
    Properties.Targets = Properties.Targets.map((target: Record<string, unknown>) => ({
      ...target,
      DeadLetterConfig: { Arn: deadLetters },
    }));
  }
}

/** The delivery proof of a check is CloudTrail's record of a read, which reaches only rules that include reads. */
export function hearReads(resources: Resources): void {
  for (const { Type, Properties } of Object.values(resources)) {
    const { source = [] } = (Properties?.EventPattern ?? {}) as { source?: string[] };
    if (Type === 'AWS::Events::Rule' && Properties && source.includes('aws.kms')) Properties.State = withReads;
  }
}

/** CloudFormation creates referenced resources first; osls's explicit dependencies are redundant. */
export function dropRepeatedDependencies(resources: Resources): void {
  for (const resource of Object.values(resources)) {
    const said = JSON.stringify(resource.Properties ?? {});
    const refers = (id: unknown) => said.includes(`{"Ref":"${id}"}`) || said.includes(`{"Fn::GetAtt":["${id}",`);
    const left = [resource.DependsOn ?? []].flat().filter((id) => !refers(id));
    if (left.length === 0) delete resource.DependsOn;
    else resource.DependsOn = left;
  }
}

export interface Customers {
  /** `*`, or a JSON list of account ids. */
  readonly accounts: string;
  /** An organisation's id, as `o-a1b2c3d4e5`; empty for none. */
  readonly organisation: string;
}

/**
 * The accounts that may forward events to the bus, besides the platform's own. The statement's condition limits the
 * events.
 */
export function admitCustomers(resources: Resources, { accounts, organisation }: Customers): void {
  const policy = resources.Bus?.Properties?.Policy as { Statement: Record<string, unknown>[] } | undefined;
  const [statement] = policy?.Statement ?? [];
  if (!statement) throw new Error('The bus has no policy to say who may send events.');
  if (organisation)
    statement.Condition = { ...(statement.Condition ?? {}), StringEquals: { 'aws:PrincipalOrgID': organisation } };
  else if (accounts !== '*') statement.Principal = { AWS: accountsIn(accounts) };
}

function accountsIn(text: string): unknown[] {
  const ids: unknown = JSON.parse(text);
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every((id) => /^\d{12}$/.test(String(id))))
    throw new Error(`customerAccounts is '*' or a list of account ids of 12 digits, not ${text}.`);
  return ids.map((id) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:iam::${id}:root` }));
}

export const deadLetters = { 'Fn::GetAtt': ['DeadLetters', 'Arn'] };
