/**
 * The actions, resources and conditions of each key in a function's `rights` in `serverless.yml`. `*` is used only
 * where AWS defines no resource for an action, each time with the reason.
 */

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly unknown[];
  readonly Condition?: unknown;
}

const sub = (text: string) => ({ 'Fn::Sub': text });
const arn = (service: string, resource: string, account = '${AWS::AccountId}') =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:${account}:${resource}`);
const attribute = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const allow = (Action: readonly string[], Resource: readonly unknown[], Condition?: unknown): readonly Statement[] => [
  { Effect: 'Allow', Action, Resource, ...(Condition ? { Condition } : {}) },
];

const table = [attribute('Table')];
const tableAndIndex = [attribute('Table'), sub('${Table.Arn}/index/*')];
const ofOthers = { StringNotEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } };
/**
 * Customers' keys are in accounts that are not known in advance, where each key's own policy decides. In this account,
 * only keys with the stage's tag are accessible; a customer key is never in this account (`lib/keys/register.ts`).
 */
const onKeys = (actions: readonly string[], service?: string): readonly Statement[] => {
  const through = service ? via(service) : {};
  const elsewhere = { ...through, ...ofOthers };
  const own = { StringEquals: { ...through.StringEquals, 'aws:ResourceTag/latchkey:stage': '${Stage}' } };
  return [...allow(actions, [arn('kms', 'key/*', '*')], elsewhere), ...allow(actions, [arn('kms', 'key/*')], own)];
};
const objects = [sub('${BackupBucket.Arn}/*')];
const machinesOf = (kind: string, suffix = '') => [arn('states', `${kind}:latchkey-\${Stage}-*${suffix}`)];
/** Only instances that were launched as database servers have the tag. */
const isServer = { Null: { 'aws:ResourceTag/latchkey:server': 'false' } };
/** China's Regions have another DNS suffix. */
const via = (service: string): { readonly StringEquals?: object } => ({
  StringEquals: { 'kms:ViaService': sub(`${service}.\${AWS::Region}.\${AWS::URLSuffix}`) },
});
const instances = arn('ec2', 'instance/*');
const ofWebhook = { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': ['latchkey:webhook'] } };

/** `docs/rights.md` lists them, and the functions that have each. */
export const rights = {
  'table:read': [
    ...allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem'], table),
    ...allow(['dynamodb:Query'], tableAndIndex),
  ],
  // Every function with a caller records a token's last use, once a minute.
  'table:update': allow(['dynamodb:UpdateItem'], table),
  'table:put': allow(['dynamodb:PutItem'], table),
  // A transaction needs the rights of its parts.
  'table:write': allow(
    ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'],
    table,
  ),
  'events:publish': allow(['events:PutEvents'], [attribute('Bus')]),
  // The queue is encrypted, and a sender needs its key (SQS developer guide, "Key management").
  'dead-letters:send': [
    ...allow(['sqs:SendMessage'], [attribute('DeadLetters')]),
    ...allow(['kms:GenerateDataKey', 'kms:Decrypt'], [attribute('OperatorsKey')]),
  ],
  'machines:start': allow(['states:StartExecution'], machinesOf('stateMachine')),
  'machines:describe': allow(['states:DescribeExecution'], machinesOf('execution', ':*')),
  // The sender's identity is verified as an address or by its domain, or a domain above it.
  'mail:send': allow(
    ['ses:SendRawEmail'],
    [arn('ses', 'identity/${Sender}'), arn('ses', 'configuration-set/latchkey-${Stage}')],
  ),
  'evidence:sign': allow(['kms:Sign', 'kms:GetPublicKey'], [attribute('EvidenceKey')]),
  // A check tries each action that the platform needs with dry runs (`lib/aws/kms-probe.ts`).
  'keys:probe': onKeys([
    'kms:DescribeKey',
    'kms:GetKeyRotationStatus',
    'kms:Encrypt',
    'kms:Decrypt',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:CreateGrant',
    'kms:RevokeGrant',
  ]),
  // Related keys of a multi-Region key, each in its own Region (`lib/aws/kms-siblings.ts`).
  'siblings:ask': allow(['kms:DescribeKey', 'kms:Decrypt'], [sub('arn:${AWS::Partition}:kms:*:*:key/mrk-*')], ofOthers),
  'keys:encrypt': onKeys(['kms:Encrypt']),
  'keys:decrypt': onKeys(['kms:Decrypt']),
  // The platform's key, for secrets of webhooks only: `lib/webhooks/secret.ts` encrypts with this encryption context.
  'webhook-secrets:encrypt': allow(['kms:Encrypt'], [attribute('PlatformKey')], ofWebhook),
  'webhook-secrets:decrypt': allow(['kms:Decrypt'], [attribute('PlatformKey')], ofWebhook),
  // EC2 creates and retires the grants of its volumes, so no function does (docs/design/008-the-key-on-ec2.md). KMS has
  // no resource for listing by the retiring principal, which is the caller's own.
  'keys:list-grants': [...onKeys(['kms:ListGrants']), ...allow(['kms:ListRetirableGrants'], ['*'])],
  // Without the permission to list, S3 answers 403 for an object that does not exist.
  'checkpoints:read': [
    ...allow(['s3:GetObject'], [sub('${BackupBucket.Arn}/checkpoints/*')]),
    ...allow(['s3:ListBucket'], [attribute('BackupBucket')]),
    ...onKeys(['kms:Decrypt'], 's3'),
  ],
  'checkpoints:write': [
    ...allow(['s3:PutObject'], [sub('${BackupBucket.Arn}/checkpoints/*')]),
    ...onKeys(['kms:GenerateDataKey', 'kms:Decrypt'], 's3'),
  ],
  'backups:read': [
    ...allow(['s3:GetObject'], objects),
    ...allow(['s3:ListBucket'], [attribute('BackupBucket')]),
    ...onKeys(['kms:Decrypt'], 's3'),
  ],
  'backups:write': [
    ...allow(['s3:PutObject', 's3:ListMultipartUploadParts'], objects),
    ...allow(['s3:ListBucketMultipartUploads'], [attribute('BackupBucket')]),
    ...onKeys(['kms:GenerateDataKey', 'kms:Decrypt'], 's3'),
  ],
  'backups:delete': allow(['s3:DeleteObject'], objects),
  // EC2 has no resources for its Describe actions.
  'servers:describe': allow(['ec2:DescribeInstances'], ['*']),
  'servers:launch': [
    ...allow(
      ['ec2:RunInstances'],
      [
        arn('ec2', 'image/*', ''),
        ...['instance', 'volume', 'network-interface', 'subnet', 'security-group'].map((kind) =>
          arn('ec2', `${kind}/*`),
        ),
      ],
    ),
    ...allow(['ec2:CreateTags'], [arn('ec2', '*/*')], { StringEquals: { 'ec2:CreateAction': 'RunInstances' } }),
    ...allow(['iam:PassRole'], [attribute('DatabaseServerRole')], {
      StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    }),
    ...allow(['ssm:GetParameters'], [arn('ssm', 'parameter/aws/service/ami-amazon-linux-latest/*', '')]),
    // EC2 requires these of a caller that launches an instance with encrypted volumes (EBS user guide, "Requirements
    // for Amazon EBS encryption").
    ...onKeys(
      [
        'kms:CreateGrant',
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      'ec2',
    ),
  ],
  'servers:start': [
    ...allow(['ec2:StartInstances'], [instances], isServer),
    ...onKeys(['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey'], 'ec2'),
  ],
  'servers:stop': allow(['ec2:StopInstances'], [instances], isServer),
  'servers:tag': allow(['ec2:CreateTags'], [instances], isServer),
  'servers:terminate': [
    ...allow(['ec2:TerminateInstances'], [instances], isServer),
    ...allow(['ec2:DeleteVolume'], [arn('ec2', 'volume/*')], isServer),
    ...allow(['ec2:DescribeVolumes'], ['*']),
  ],
  // Systems Manager has no resource for the results of a command.
  'servers:command': [
    ...allow(['ssm:SendCommand'], [arn('ssm', 'document/AWS-RunShellScript', '')]),
    ...allow(['ssm:SendCommand'], [instances], isServer),
    ...allow(['ssm:ListCommandInvocations'], ['*']),
  ],
  // Rows of the table name the services, so a role cannot; the owner's tag on a service permits its restart.
  'apps:restart': allow(['ecs:UpdateService'], [arn('ecs', 'service/*')], {
    Null: { 'aws:ResourceTag/latchkey:restart': 'false' },
  }),
} as const satisfies Readonly<Record<string, readonly Statement[]>>;

export type Right = keyof typeof rights;

export const isRight = (word: string): word is Right => Object.hasOwn(rights, word);
