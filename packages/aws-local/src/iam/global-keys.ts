/**
 * AWS's global condition keys, and their values in a request to the emulators.
 * Does not: support organizations, VPC endpoints, tags of principals, federation, multi-factor authentication, user
 * agents or referers; their keys are valid and absent.
 * Source: IAM guide, "AWS global condition context keys".
 */
import type { Caller } from '../protocol.ts';
import { principalIdOf } from '../sts.ts';
import type { NamedValues } from './request-values.ts';

const principalKeys = [
  ...['Arn', 'Account', 'OrgID', 'OrgPaths', 'IsAWSService', 'ServiceName', 'ServiceNamesList', 'Type'].map(
    (name) => `Principal${name}`,
  ),
  ...[
    'userid',
    'username',
    'AssumedRoot',
    'FederatedProvider',
    'TokenIssueTime',
    'MultiFactorAuthAge',
    'MultiFactorAuthPresent',
  ],
  ...['ChatbotSourceArn', 'Ec2InstanceSourceVpc', 'Ec2InstanceSourcePrivateIPv4', 'SourceIdentity'],
];
const networkKeys = [
  'SourceIp',
  'SourceVpc',
  'SourceVpcArn',
  'SourceVpce',
  'VpceAccount',
  'VpceOrgID',
  'VpceOrgPaths',
  'VpcSourceIp',
];
const requestKeys = [
  ...[
    'ResourceAccount',
    'ResourceOrgID',
    'ResourceOrgPaths',
    'CalledVia',
    'CalledViaFirst',
    'CalledViaLast',
    'ViaAWSService',
  ],
  ...['CurrentTime', 'EpochTime', 'referer', 'RequestedRegion', 'TagKeys', 'SecureTransport', 'UserAgent'],
  ...['SourceAccount', 'SourceArn', 'SourceOrgID', 'SourceOrgPaths'],
];
const knownKeys = new Set(
  [...principalKeys, ...networkKeys, ...requestKeys].map((name) => `aws:${name}`.toLowerCase()),
);
const tagPrefixes = ['aws:principaltag/', 'aws:requesttag/', 'aws:resourcetag/'];

/** Takes a key in lower case. */
export const isGlobalKey = (key: string) =>
  knownKeys.has(key) || tagPrefixes.some((prefix) => key.startsWith(prefix) && key.length > prefix.length);

export interface RequestFacts {
  readonly caller: Caller;
  readonly region: string;
  readonly at: Date;
  readonly resourceAccount: string;
  readonly resourceTags?: Readonly<Record<string, string>>;
}

/**
 * `aws:SecureTransport` is always true: the endpoint has no TLS, but listens on loopback only.
 */
export function globalValues({ caller, region, at, resourceAccount, resourceTags = {} }: RequestFacts): NamedValues {
  return {
    ...principalValues(caller, at),
    ...Object.fromEntries(Object.entries(resourceTags).map(([name, value]) => [`aws:ResourceTag/${name}`, value])),
    'aws:ResourceAccount': resourceAccount,
    'aws:RequestedRegion': region,
    'aws:CurrentTime': at.toISOString(),
    'aws:EpochTime': String(Math.floor(at.getTime() / 1000)),
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': String(caller.viaService !== undefined),
    'aws:SourceIp': caller.viaService === undefined && caller.accountId !== '' ? '127.0.0.1' : undefined,
    'aws:SourceArn': caller.source?.arn,
    'aws:SourceAccount': caller.source?.accountId,
  };
}

/** Only temporary credentials, such as a role's, contain the state of multi-factor authentication. */
function principalValues({ accountId, arn }: Caller, at: Date): NamedValues {
  if (accountId === '') return { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': arn };
  const isRole = arn.includes(':role/');
  const [, username] = /:user\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return {
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalArn': arn,
    'aws:PrincipalType': arn.endsWith(':root') ? 'Account' : isRole ? 'AssumedRole' : 'User',
    'aws:PrincipalIsAWSService': 'false',
    'aws:userid': isRole ? `${principalIdOf(arn)}:session` : principalIdOf(arn),
    'aws:username': username,
    'aws:MultiFactorAuthPresent': isRole ? 'false' : undefined,
    'aws:TokenIssueTime': isRole ? at.toISOString() : undefined,
  };
}
