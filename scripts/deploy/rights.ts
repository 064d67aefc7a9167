/**
 * The rights that an AWS command needs, as statements of a role. A command that is not here can't be deployed: whoever uses a new one writes
 * down what it may touch. `*` stands only where AWS knows no resource, each time with its reason.
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
/**
 * Customers' keys are in accounts that are not known in advance, where each key's own policy decides. Of this account's keys only those of the stage
 * are within reach, by their tag; a customer key is never in this account (`lib/keys/register.ts`).
 */
const onKeys = (actions: readonly string[], service?: string): readonly Statement[] => {
  const through = service ? via(service) : {};
  const elsewhere = { ...through, StringNotEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } };
  const own = { StringEquals: { ...through.StringEquals, 'aws:ResourceTag/latchkey:stage': '${Stage}' } };
  return [...allow(actions, [arn('kms', 'key/*', '*')], elsewhere), ...allow(actions, [arn('kms', 'key/*')], own)];
};
const objects = [sub('${BackupBucket.Arn}/*')];
const machinesOf = (kind: string, suffix = '') => [arn('states', `${kind}:latchkey-\${Stage}-*${suffix}`)];
/** Only what was launched as a database server carries the tag. */
const isServer = { Null: { 'aws:ResourceTag/latchkey:server': 'false' } };
/** China's Regions end otherwise. */
const via = (service: string): { readonly StringEquals?: object } => ({
  StringEquals: { 'kms:ViaService': sub(`${service}.\${AWS::Region}.\${AWS::URLSuffix}`) },
});
const instances = arn('ec2', 'instance/*');

/** By name, so that a role can be read: `docs/rights.md` lists each function's. */
export const rights = {
  'table:get': allow(['dynamodb:GetItem'], table),
  'table:get-many': allow(['dynamodb:BatchGetItem'], table),
  'table:query': allow(['dynamodb:Query'], tableAndIndex),
  'table:put': allow(['dynamodb:PutItem'], table),
  'table:update': allow(['dynamodb:UpdateItem'], table),
  'table:delete': allow(['dynamodb:DeleteItem'], table),
  'table:check': allow(['dynamodb:ConditionCheckItem'], table),
  'bus:put': allow(['events:PutEvents'], [attribute('Bus')]),
  'dead-letters:send': allow(['sqs:SendMessage'], [attribute('DeadLetters')]),
  // The queue is encrypted, and whoever sends to it needs its key (SQS developer guide, "Key management").
  'dead-letters:seal': allow(['kms:GenerateDataKey', 'kms:Decrypt'], [attribute('OperatorsKey')]),
  'machines:start': allow(['states:StartExecution'], machinesOf('stateMachine')),
  'machines:describe': allow(['states:DescribeExecution'], machinesOf('execution', ':*')),
  // The sender's identity is verified as an address or by its domain, or a domain above it.
  'mail:send': allow(
    ['ses:SendEmail'],
    [arn('ses', 'identity/${Sender}'), arn('ses', 'configuration-set/latchkey-${Stage}')],
  ),
  'evidence:sign': allow(['kms:Sign'], [attribute('EvidenceKey')]),
  'evidence:public-key': allow(['kms:GetPublicKey'], [attribute('EvidenceKey')]),
  'keys:describe': onKeys(['kms:DescribeKey']),
  'keys:encrypt': onKeys(['kms:Encrypt']),
  'keys:decrypt': onKeys(['kms:Decrypt']),
  'keys:re-encrypt': onKeys(['kms:ReEncryptFrom', 'kms:ReEncryptTo']),
  'keys:data-key': onKeys(['kms:GenerateDataKey']),
  'keys:bare-data-key': onKeys(['kms:GenerateDataKeyWithoutPlaintext']),
  'keys:rotation': onKeys(['kms:GetKeyRotationStatus']),
  'keys:create-grant': onKeys(['kms:CreateGrant']),
  'keys:revoke-grant': onKeys(['kms:RevokeGrant']),
  'keys:grants': onKeys(['kms:ListGrants']),
  'keys:retire-grant': onKeys(['kms:RetireGrant']),
  // KMS has no resource for it: it lists by the retiring principal, which is the caller's own.
  'keys:retirable-grants': allow(['kms:ListRetirableGrants'], ['*']),
  // What EC2 asks of whoever launches or starts an instance with encrypted volumes (EBS user guide, "Requirements for Amazon EBS encryption").
  'volumes:make': onKeys(
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
  'volumes:attach': onKeys(['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey'], 'ec2'),
  'backups:seal': onKeys(['kms:GenerateDataKey', 'kms:Decrypt'], 's3'),
  'backups:open': onKeys(['kms:Decrypt'], 's3'),
  'checkpoints:put': allow(['s3:PutObject'], [sub('${BackupBucket.Arn}/checkpoints/*')]),
  'checkpoints:get': allow(['s3:GetObject'], [sub('${BackupBucket.Arn}/checkpoints/*')]),
  'backups:put': allow(['s3:PutObject'], objects),
  'backups:get': allow(['s3:GetObject'], objects),
  'backups:delete': allow(['s3:DeleteObject'], objects),
  // Without the right to list, S3 answers 403 for an object that is not there.
  'backups:find': allow(['s3:ListBucket'], [attribute('BackupBucket')]),
  'backups:uploads': allow(['s3:ListBucketMultipartUploads'], [attribute('BackupBucket')]),
  'backups:parts': allow(['s3:ListMultipartUploadParts'], objects),
  // EC2 has no resources for its Describe actions.
  'servers:describe': allow(['ec2:DescribeInstances'], ['*']),
  'servers:volumes': allow(['ec2:DescribeVolumes'], ['*']),
  'servers:launch': allow(
    ['ec2:RunInstances'],
    [
      arn('ec2', 'image/*', ''),
      ...['instance', 'volume', 'network-interface', 'subnet', 'security-group'].map((kind) => arn('ec2', `${kind}/*`)),
    ],
  ),
  'servers:tag-at-launch': allow(['ec2:CreateTags'], [arn('ec2', '*/*')], {
    StringEquals: { 'ec2:CreateAction': 'RunInstances' },
  }),
  'servers:profile': allow(['iam:PassRole'], [attribute('DatabaseServerRole')], {
    StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' },
  }),
  'servers:image': allow(['ssm:GetParameters'], [arn('ssm', 'parameter/aws/service/ami-amazon-linux-latest/*', '')]),
  'servers:tag': allow(['ec2:CreateTags'], [instances], isServer),
  'servers:start': allow(['ec2:StartInstances'], [instances], isServer),
  'servers:stop': allow(['ec2:StopInstances'], [instances], isServer),
  'servers:terminate': allow(['ec2:TerminateInstances'], [instances], isServer),
  'servers:delete-volume': allow(['ec2:DeleteVolume'], [arn('ec2', 'volume/*')], isServer),
  'commands:document': allow(['ssm:SendCommand'], [arn('ssm', 'document/AWS-RunShellScript', '')]),
  'commands:send': allow(['ssm:SendCommand'], [instances], isServer),
  // Systems Manager has no resource for it.
  'commands:results': allow(['ssm:ListCommandInvocations'], ['*']),
  // Which services those are, is said by rows, so a role can't name them; whoever owns a service says by its tag that it may be restarted.
  'apps:restart': allow(['ecs:UpdateService'], [arn('ecs', 'service/*')], {
    Null: { 'aws:ResourceTag/latchkey:restart': 'false' },
  }),
} as const satisfies Readonly<Record<string, readonly Statement[]>>;

export type Right = keyof typeof rights;

/** A transaction needs the rights of its parts: `lib/store/commit.ts` puts, updates, deletes and checks. */
const transaction = ['table:put', 'table:update', 'table:delete', 'table:check'] as const;

/** By the SDK's command. */
export const rightsOfCommand: Readonly<Record<string, readonly Right[]>> = {
  GetCommand: ['table:get'],
  BatchGetCommand: ['table:get-many'],
  QueryCommand: ['table:query'],
  PutCommand: ['table:put'],
  UpdateCommand: ['table:update'],
  DeleteCommand: ['table:delete'],
  TransactWriteCommand: transaction,
  PutEventsCommand: ['bus:put'],
  StartExecutionCommand: ['machines:start'],
  DescribeExecutionCommand: ['machines:describe'],
  SendEmailCommand: ['mail:send'],
  SignCommand: ['evidence:sign'],
  GetPublicKeyCommand: ['evidence:public-key'],
  DescribeKeyCommand: ['keys:describe'],
  EncryptCommand: ['keys:encrypt'],
  DecryptCommand: ['keys:decrypt'],
  ReEncryptCommand: ['keys:re-encrypt'],
  GenerateDataKeyCommand: ['keys:data-key'],
  GenerateDataKeyWithoutPlaintextCommand: ['keys:bare-data-key'],
  GetKeyRotationStatusCommand: ['keys:rotation'],
  CreateGrantCommand: ['keys:create-grant'],
  RevokeGrantCommand: ['keys:revoke-grant'],
  RetireGrantCommand: ['keys:retire-grant'],
  ListGrantsCommand: ['keys:grants'],
  ListRetirableGrantsCommand: ['keys:retirable-grants'],
  UpdateServiceCommand: ['apps:restart'],
  RunInstancesCommand: ['servers:launch', 'servers:tag-at-launch', 'servers:profile', 'servers:image', 'volumes:make'],
  DescribeInstancesCommand: ['servers:describe'],
  DescribeVolumesCommand: ['servers:volumes'],
  StartInstancesCommand: ['servers:start', 'volumes:attach'],
  StopInstancesCommand: ['servers:stop'],
  TerminateInstancesCommand: ['servers:terminate'],
  CreateTagsCommand: ['servers:tag'],
  DeleteVolumeCommand: ['servers:delete-volume'],
  SendCommandCommand: ['commands:document', 'commands:send'],
  ListCommandInvocationsCommand: ['commands:results'],
  HeadObjectCommand: ['backups:get', 'backups:find', 'backups:open'],
  GetObjectCommand: ['backups:get', 'backups:open'],
  PutObjectCommand: ['backups:put'],
  'GetObjectCommand of checkpoints': ['checkpoints:get', 'backups:find', 'backups:open'],
  'PutObjectCommand of checkpoints': ['checkpoints:put', 'backups:seal'],
  DeleteObjectCommand: ['backups:delete'],
  CreateMultipartUploadCommand: ['backups:put', 'backups:seal'],
  UploadPartCommand: ['backups:put', 'backups:seal'],
  CompleteMultipartUploadCommand: ['backups:put', 'backups:seal'],
  ListMultipartUploadsCommand: ['backups:uploads'],
  ListPartsCommand: ['backups:parts'],
};
