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
const allow = (Action: readonly string[], Resource: readonly unknown[], Condition?: unknown): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});

const table = [attribute('Table')];
const tableAndIndex = [attribute('Table'), sub('${Table.Arn}/index/*')];
/** Customer keys are in accounts that are not known in advance: each key's own policy decides, and no policy but the platform key's names a function. */
const anyKey = [arn('kms', 'key/*', '*')];
const objects = [sub('${BackupBucket.Arn}/*')];
const machinesOf = (kind: string, suffix = '') => [arn('states', `${kind}:latchkey-\${Stage}-*${suffix}`)];
/** Only what was launched as a database server carries the tag. */
const isServer = { Null: { 'aws:ResourceTag/latchkey:server': 'false' } };
const via = (service: string) => ({ StringEquals: { 'kms:ViaService': sub(`${service}.\${AWS::Region}.amazonaws.com`) } });
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
  'mail:send': allow(['ses:SendEmail'], [arn('ses', 'identity/*'), arn('ses', 'configuration-set/latchkey-${Stage}')]),
  'evidence:sign': allow(['kms:Sign'], [attribute('EvidenceKey')]),
  'evidence:public-key': allow(['kms:GetPublicKey'], [attribute('EvidenceKey')]),
  'keys:describe': allow(['kms:DescribeKey'], anyKey),
  'keys:encrypt': allow(['kms:Encrypt'], anyKey),
  'keys:decrypt': allow(['kms:Decrypt'], anyKey),
  'keys:re-encrypt': allow(['kms:ReEncryptFrom', 'kms:ReEncryptTo'], anyKey),
  'keys:data-key': allow(['kms:GenerateDataKey'], anyKey),
  'keys:bare-data-key': allow(['kms:GenerateDataKeyWithoutPlaintext'], anyKey),
  'keys:rotation': allow(['kms:GetKeyRotationStatus'], anyKey),
  'keys:create-grant': allow(['kms:CreateGrant'], anyKey),
  'keys:revoke-grant': allow(['kms:RevokeGrant'], anyKey),
  'keys:retire-grant': allow(['kms:RetireGrant'], anyKey),
  // KMS has no resource for it: it lists by the retiring principal, which is the caller's own.
  'keys:retirable-grants': allow(['kms:ListRetirableGrants'], ['*']),
  // What EC2 asks of whoever launches or starts an instance with encrypted volumes (EBS user guide, "Requirements for Amazon EBS encryption").
  'volumes:make': allow(
    ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    anyKey,
    via('ec2'),
  ),
  'volumes:attach': allow(['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey'], anyKey, via('ec2')),
  'backups:seal': allow(['kms:GenerateDataKey', 'kms:Decrypt'], anyKey, via('s3')),
  'backups:open': allow(['kms:Decrypt'], anyKey, via('s3')),
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
  'servers:tag-at-launch': allow(['ec2:CreateTags'], [arn('ec2', '*/*')], { StringEquals: { 'ec2:CreateAction': 'RunInstances' } }),
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
  // Clusters and services are the customer's to name (ECS_TARGETS).
  'apps:restart': allow(['ecs:UpdateService'], [arn('ecs', 'service/*')]),
} as const satisfies Readonly<Record<string, Statement>>;

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
  DeleteObjectCommand: ['backups:delete'],
  CreateMultipartUploadCommand: ['backups:put', 'backups:seal'],
  UploadPartCommand: ['backups:put', 'backups:seal'],
  CompleteMultipartUploadCommand: ['backups:put', 'backups:seal'],
  ListMultipartUploadsCommand: ['backups:uploads'],
  ListPartsCommand: ['backups:parts'],
};
