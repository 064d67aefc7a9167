import { connect } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, DisabledException, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { ListIdentitiesCommand, SESClient } from '@aws-sdk/client-ses';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startAwsEndpoint } from '../../src/endpoint/endpoint.ts';
import type { Listener } from '../../src/listener.ts';
import { AwsError, type Call, type ServiceEmulator } from '../../src/protocol.ts';
import { accessKey, customerAccount } from '../../test-support/accounts.ts';

const calls: Call[] = [];
const faults: string[] = [];
const answering = (response: (call: Call) => unknown): ServiceEmulator => ({
  call: async (call) => {
    calls.push(call);
    return response(call);
  },
  close: async () => {},
});

const kms = answering(({ operation }) => {
  if (operation === 'Encrypt') throw new AwsError('DisabledException', 'arn is disabled.');
  if (operation === 'Decrypt') throw new AwsError('InvalidCiphertextException', '');
  if (operation === 'Slow') return new Promise(() => {});
  if (operation === 'Broken') throw new TypeError('a fault of the emulator');
  return { KeyMetadata: { KeyId: 'k', Arn: 'arn' } };
});
const forwarded: string[] = [];
const ses = {
  forward: async ({ body }: { body: string }) => {
    forwarded.push(body);
    const xml = `<ListIdentitiesResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><ListIdentitiesResult>
      <Identities><member>a@b.example</member></Identities></ListIdentitiesResult></ListIdentitiesResponse>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: xml };
  },
};
const sts = answering(({ caller }) => ({ Account: caller.accountId, Arn: caller.arn, UserId: 'A&B' }));
const dynamodb = answering(() => ({ TableNames: ['t'] }));

let endpoint: Listener;
const settings = (accessKeyId = accessKey(customerAccount)) => ({
  endpoint: endpoint.url,
  region: 'eu-west-1',
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey: 'x' },
});
const authorization =
  `AWS4-HMAC-SHA256 Credential=${accessKey(customerAccount)}/20261124/us-east-1/kms/aws4_request, ` +
  'SignedHeaders=host, Signature=00';
const post = (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer> = '{}') =>
  fetch(endpoint.url, { method: 'POST', headers, body });
const describeKey = { authorization, 'x-amz-target': 'TrentService.DescribeKey' };

beforeAll(async () => {
  endpoint = await startAwsEndpoint({
    port: 0,
    services: { kms, ses, sts, dynamodb },
    timeoutMs: 200,
    onFault: ({ error }) => faults.push(String(error)),
  });
});
beforeEach(() => {
  calls.length = 0;
});
afterAll(() => endpoint.close());

describe('the AWS endpoint', () => {
  it('passes an operation of the SDK on with its caller and region, and the response back', async () => {
    const response = await new KMSClient(settings()).send(new DescribeKeyCommand({ KeyId: 'k' }));

    expect(response.KeyMetadata?.Arn).toBe('arn');
    expect(response.$metadata.requestId).toBe(calls[0]?.requestId);
    expect(calls[0]).toMatchObject({
      operation: 'DescribeKey',
      input: { KeyId: 'k' },
      region: 'eu-west-1',
      caller: { accountId: customerAccount, arn: `arn:aws:iam::${customerAccount}:user/admin` },
    });
  });

  it('gives the SDK the error class of the code', async () => {
    const encrypting = new KMSClient(settings()).send(new EncryptCommand({ KeyId: 'k', Plaintext: Buffer.from('x') }));

    await expect(encrypting).rejects.toThrow(DisabledException);
    await expect(encrypting).rejects.toThrow('arn is disabled.');
  });

  it('serves DynamoDB, the query protocol of STS, and forwards SES as it came', async () => {
    expect((await new DynamoDBClient(settings()).send(new ListTablesCommand({}))).TableNames).toEqual(['t']);
    expect(await new STSClient(settings()).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: customerAccount,
      UserId: 'A&B',
    });
    expect((await new SESClient(settings()).send(new ListIdentitiesCommand({}))).Identities).toEqual(['a@b.example']);
    expect(forwarded[0]).toContain('Action=ListIdentities');
  });

  it('refuses a key that stands for no account', async () => {
    await expect(
      new KMSClient(settings('AKIAUNKNOWN')).send(new DescribeKeyCommand({ KeyId: 'k' })),
    ).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    await expect(new STSClient(settings('AKIAUNKNOWN')).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    expect(calls).toEqual([]);
  });

  it.each([
    {
      what: 'no signature',
      headers: { 'x-amz-target': 'TrentService.DescribeKey' },
      status: 403,
      code: 'MissingAuthenticationTokenException',
    },
    {
      what: 'half a signature',
      headers: { ...describeKey, authorization: 'AWS4-HMAC-SHA256 Credential=a' },
      status: 400,
      code: 'IncompleteSignatureException',
    },
    {
      what: 'a credential without scope',
      headers: { ...describeKey, authorization: authorization.replace('/kms/', '/') },
      status: 400,
      code: 'IncompleteSignatureException',
    },
    {
      what: "another service's signature",
      headers: { ...describeKey, authorization: authorization.replace('/kms/', '/dynamodb/') },
      status: 400,
      code: 'InvalidSignatureException',
    },
    {
      what: 'an unknown service',
      headers: { authorization, 'x-amz-target': 'AmazonSSM.SendCommand' },
      status: 400,
      code: 'UnknownOperationException',
    },
    { what: 'broken JSON', headers: describeKey, body: '{', status: 400, code: 'SerializationException' },
    {
      what: 'an input that is no object',
      headers: describeKey,
      body: '[]',
      status: 400,
      code: 'SerializationException',
    },
    {
      what: 'a body over the limit',
      headers: describeKey,
      body: new Uint8Array(2 ** 20 + 1),
      status: 413,
      code: 'RequestEntityTooLargeException',
    },
    {
      what: 'an operation that never ends',
      headers: { authorization, 'x-amz-target': 'TrentService.Slow' },
      status: 500,
      code: 'InternalFailure',
    },
    {
      what: 'a fault of its own',
      headers: { authorization, 'x-amz-target': 'TrentService.Broken' },
      status: 500,
      code: 'InternalFailure',
    },
  ])('responds to $what with $code', async ({ headers, body, status, code }) => {
    const response = await post(headers, body);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ __type: code });
  });

  it('sends no message with an error that has none', async () => {
    const response = await post({ authorization, 'x-amz-target': 'TrentService.Decrypt' });

    expect(await response.json()).toEqual({ __type: 'InvalidCiphertextException' });
  });

  it('reports internal errors that the caller sees as a failure only', async () => {
    await post({ authorization, 'x-amz-target': 'TrentService.Broken' });

    expect(faults.at(-1)).toBe('TypeError: a fault of the emulator');
  });

  it('refuses a request for an unknown service at once', async () => {
    const unsigned = await fetch(endpoint.url);
    const rest = await fetch(`${endpoint.url}/bucket`, {
      method: 'PUT',
      headers: { authorization: authorization.replace('/kms/', '/s3/') },
    });

    expect([unsigned.status, await unsigned.text()]).toEqual([
      403,
      expect.stringContaining('<Code>MissingAuthenticationToken</Code>'),
    ]);
    expect([rest.status, await rest.text()]).toEqual([400, expect.stringContaining('<Code>InvalidAction</Code>')]);
  });

  it('says which port is taken and what to do', async () => {
    await expect(startAwsEndpoint({ port: endpoint.port, services: {} })).rejects.toThrow(
      `Port ${endpoint.port} is taken`,
    );
  });

  it('closes although a client keeps its connection', async () => {
    const other = await startAwsEndpoint({ port: 0, services: {} });
    const client = connect(other.port, '127.0.0.1');
    await new Promise((resolve) => client.once('connect', resolve));
    const gone = new Promise((resolve) => client.once('close', resolve));

    await other.close();
    await gone;
  });
});
