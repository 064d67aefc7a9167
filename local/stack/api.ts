/**
 * The template's HTTP API: its routes and their authorizer.
 * Does not: know integrations other than a Lambda function with payload format 2.0, or authorizers other than one
 * function with simple responses; each other throws. Limits and access logs of the stage are AWS's.
 */
import { type Physicals, resolveIntrinsics } from './intrinsics.ts';

import { assertKnown, ofType, type Resource, type Template } from './template.ts';

export interface ApiRoute {
  /** In capitals; `ANY` for all. */
  readonly method: string;
  readonly path: string;
  readonly functionArn: string;
  readonly integrationTimeoutMs: number;
}

export interface ApiAuthorizer {
  readonly id: string;
  readonly functionArn: string;
  /** In lower case. */
  readonly header: string;
  readonly ttlSeconds: number;
  /** As `GET /v1/keys`. */
  readonly routeKeys: ReadonlySet<string>;
}

const routeProperties = ['ApiId', 'RouteKey', 'Target', 'AuthorizationType', 'AuthorizerId'];
const integrationProperties = ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion', 'TimeoutInMillis'];

export function routesOf(template: Template, physicals: Physicals): ApiRoute[] {
  return ofType(template, 'AWS::ApiGatewayV2::Route').map(([logicalId, { properties }]) => {
    assertKnown(logicalId, properties, routeProperties);
    const target = String(resolveIntrinsics(properties.Target, physicals));
    const { functionArn, integrationTimeoutMs } = integrationOf(
      template,
      physicals,
      target.replace('integrations/', ''),
    );
    const [method = '', path = ''] = routeKeyOf(properties).split(' ');
    return path === ''
      ? { method: 'ANY', path: method, functionArn, integrationTimeoutMs }
      : { method, path, functionArn, integrationTimeoutMs };
  });
}

const routeKeyOf = (properties: Resource['properties']) => String(properties.RouteKey);

function integrationOf({ resources }: Template, physicals: Physicals, logicalId: string) {
  const properties = resources.get(logicalId)?.properties ?? {};
  assertKnown(logicalId, properties, integrationProperties);
  if (properties.IntegrationType !== 'AWS_PROXY' || properties.PayloadFormatVersion !== '2.0')
    throw new Error(`The template: ${logicalId} is no integration of a function with payload format 2.0`);
  const uri = String(resolveIntrinsics(properties.IntegrationUri, physicals));
  return { functionArn: uri, integrationTimeoutMs: Number(properties.TimeoutInMillis ?? 30_000) };
}

const authorizerProperties = (
  'ApiId Name AuthorizerType AuthorizerUri AuthorizerPayloadFormatVersion EnableSimpleResponses ' +
  'IdentitySource AuthorizerResultTtlInSeconds'
).split(' ');

/** The only authorizer, and its routes. Throws unless there is exactly one. */
export function authorizerOf(template: Template, physicals: Physicals): ApiAuthorizer {
  const [declared, ...others] = ofType(template, 'AWS::ApiGatewayV2::Authorizer');
  if (!declared || others.length > 0) throw new Error('The template: the local cloud has one authorizer');
  const [id, { properties }] = declared;
  assertKnown(id, properties, authorizerProperties);
  const uri = String(resolveIntrinsics(properties.AuthorizerUri, physicals));
  const [, functionArn] = /\/functions\/(.+)\/invocations$/.exec(uri) ?? [];
  const [, header] = /^\$request\.header\.([\w-]+)$/.exec(String([properties.IdentitySource].flat()[0])) ?? [];
  if (!functionArn || !header || properties.EnableSimpleResponses !== true)
    throw new Error(`The template: ${id} has no function, no header or no simple responses`);
  const ttlSeconds = Number(properties.AuthorizerResultTtlInSeconds ?? 300);
  return { id, functionArn, header: header.toLowerCase(), ttlSeconds, routeKeys: guardedRoutes(template, id) };
}

function guardedRoutes(template: Template, authorizerId: string): Set<string> {
  const guarded = ofType(template, 'AWS::ApiGatewayV2::Route').filter(([logicalId, { properties }]) => {
    const { AuthorizationType = 'NONE', AuthorizerId } = properties;
    if (AuthorizationType === 'NONE') return false;
    if (AuthorizationType === 'CUSTOM' && JSON.stringify(AuthorizerId) === JSON.stringify({ Ref: authorizerId }))
      return true;
    throw new Error(`The template: ${logicalId}.AuthorizationType is not understood by the local cloud`);
  });
  return new Set(guarded.map(([, { properties }]) => routeKeyOf(properties)));
}
