import { describe, expect, it } from '@jest/globals';
import { createSts } from '../../src/sts.ts';
import {
  accessKey,
  callerOf,
  customerAccount,
  dataPlaneAccessKey,
  dataPlaneRole,
} from '../../test-support/accounts.ts';

const ask = (accessKeyId: string, operation = 'GetCallerIdentity') =>
  createSts().call({
    operation,
    input: {},
    caller: callerOf(accessKeyId),
    region: 'us-east-1',
    requestId: 'request-1',
  });

describe('the caller’s identity', () => {
  it('is the principal that the access key stands for', async () => {
    expect(await ask(accessKey(customerAccount))).toEqual({
      Account: customerAccount,
      Arn: `arn:aws:iam::${customerAccount}:user/admin`,
      UserId: expect.stringMatching(/^AIDA[0-9A-F]{17}$/),
    });
    expect(await ask(dataPlaneAccessKey)).toMatchObject({ Arn: dataPlaneRole, UserId: expect.stringMatching(/^AROA/) });
  });

  it('is the only operation of STS', async () => {
    await expect(ask(accessKey(customerAccount), 'AssumeRole')).rejects.toMatchObject({
      code: 'UnknownOperationException',
    });
  });
});
