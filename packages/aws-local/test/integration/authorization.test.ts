/** A caller with policies of its own: what they do not allow, each service refuses with its own error. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { identityPolicies } from '../../src/authorization/index.ts';
import { type AwsLocal, createCallerOf, startAwsLocal } from '../../src/index.ts';

const account = '111122223333';
const table = `arn:aws:dynamodb:us-east-1:${account}:table/orders`;
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: table },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::backups/*' },
  ],
});
const worker = {
  ...{ accountId: account, arn: `arn:aws:iam::${account}:role/worker`, sessionName: 'session' },
  policies: identityPolicies([document]),
};
const session = `arn:aws:sts::${account}:assumed-role/worker/session`;

let dir: string;
let aws: AwsLocal;
const settings = (accessKeyId: string) => ({
  ...{ endpoint: aws.url, region: 'us-east-1', maxAttempts: 1, forcePathStyle: true },
  credentials: { accessKeyId, secretAccessKey: 'x' },
});
const own = () => settings('ASIAWORKER');

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aws-local-authorization-'));
  aws = await startAwsLocal({ dir, callerOf: createCallerOf({ ASIAWORKER: worker }) });
  await new S3Client(settings(account)).send(new CreateBucketCommand({ Bucket: 'backups' }));
});
afterAll(async () => {
  await aws.close();
  rmSync(dir, { recursive: true, force: true });
});

const item = { TableName: 'orders', Item: { pk: { S: '1' } } };
const mail = { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } };
const machine = `arn:aws:states:us-east-1:${account}:stateMachine:ship`;
const entry = { Source: 's', DetailType: 't', Detail: '{}' };
const missing = (action: string, resource: string) =>
  `User: ${session} is not authorized to perform: ${action} on resource: ${resource} because no identity-based ` +
  `policy allows the ${action} action`;

describe('a role without a permission', () => {
  it.each([
    {
      service: 'DynamoDB',
      call: () => new DynamoDBClient(own()).send(new GetItemCommand({ TableName: 'orders', Key: { pk: { S: '1' } } })),
      refusal: { name: 'AccessDeniedException', status: 400, message: missing('dynamodb:GetItem', table) },
    },
    {
      service: 'a transaction of DynamoDB',
      call: () =>
        new DynamoDBClient(own()).send(
          new TransactWriteItemsCommand({
            TransactItems: [{ Put: item }, { Delete: { TableName: 'orders', Key: { pk: { S: '2' } } } }],
          }),
        ),
      refusal: { name: 'AccessDeniedException', status: 400, message: missing('dynamodb:DeleteItem', table) },
    },
    {
      service: 'Step Functions',
      call: () => new SFNClient(own()).send(new StartExecutionCommand({ stateMachineArn: machine })),
      refusal: { name: 'AccessDeniedException', status: 400, message: missing('states:StartExecution', machine) },
    },
    {
      service: 'EventBridge',
      call: () => new EventBridgeClient(own()).send(new PutEventsCommand({ Entries: [entry] })),
      refusal: {
        ...{ name: 'AccessDeniedException', status: 400 },
        message: missing('events:PutEvents', `arn:aws:events:us-east-1:${account}:event-bus/default`),
      },
    },
    {
      service: 'SES',
      call: () =>
        new SESClient(own()).send(
          new SendEmailCommand({ Source: 'a@b.example', Destination: { ToAddresses: ['c@d.example'] }, Message: mail }),
        ),
      refusal: {
        ...{ name: 'AccessDenied', status: 403 },
        message:
          `User \`${session}' is not authorized to perform \`ses:SendEmail' on resource ` +
          `\`arn:aws:ses:us-east-1:${account}:identity/a@b.example'`,
      },
    },
    {
      service: 'S3',
      call: () => new S3Client(own()).send(new PutObjectCommand({ Bucket: 'backups', Key: 'a', Body: 'x' })),
      refusal: {
        ...{ name: 'AccessDenied', status: 403 },
        message: missing('s3:PutObject', 'X').replace('X', '"arn:aws:s3:::backups/a"'),
      },
    },
    {
      service: 'S3, of a missing object, without the permission to list',
      call: () => new S3Client(own()).send(new GetObjectCommand({ Bucket: 'backups', Key: 'none' })),
      refusal: {
        ...{ name: 'AccessDenied', status: 403 },
        message: missing('s3:ListBucket', 'X').replace('X', '"arn:aws:s3:::backups"'),
      },
    },
  ])('is refused by $service', async ({ call, refusal: { status, ...rest } }) => {
    await expect(call()).rejects.toMatchObject({ ...rest, $metadata: { httpStatusCode: status } });
  });

  it('is refused by KMS, although the key policy allows its account', async () => {
    const { KeyMetadata } = await new KMSClient(settings(account)).send(new CreateKeyCommand({}));
    const arn = KeyMetadata?.Arn ?? '';

    await expect(new KMSClient(own()).send(new DescribeKeyCommand({ KeyId: arn }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: missing('kms:DescribeKey', arn),
    });
  });
});

it('needs no permission to ask who it is', async () => {
  expect(await new STSClient(own()).send(new GetCallerIdentityCommand({}))).toMatchObject({
    ...{ Account: account, Arn: session },
    UserId: expect.stringMatching(/^AROA[0-9A-F]+:session$/),
  });
});

it('may do what its policies allow', async () => {
  // Past the policies, the table is what is missing.
  await expect(
    new DynamoDBClient(own()).send(new TransactWriteItemsCommand({ TransactItems: [{ Put: item }] })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
