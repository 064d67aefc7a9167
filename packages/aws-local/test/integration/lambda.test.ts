import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createLambda } from '../../src/lambda/lambda.ts';

const root = mkdtempSync(join(tmpdir(), 'lambda-'));
writeFileSync(
  join(root, 'functions.mjs'),
  `export const echo = async (event, context) =>
     ({ event, context, remaining: context.getRemainingTimeInMillis(), gone: undefined, at: new Date(0) });
   export const fail = () => { const error = new Error('busy'); error.name = 'Transient'; throw error; };
   export const failOddly = async () => { throw 'a text'; };
   export const hang = () => new Promise(() => {});
   export const nothing = () => {};
   export const large = () => 'a'.repeat(6_291_556);`,
);
const names = ['echo', 'fail', 'failOddly', 'hang', 'nothing', 'large', 'missing'];
const lambda = createLambda({
  root,
  functions: names.map((key) => ({
    key,
    name: `shop-local-${key}`,
    arn: `arn:aws:lambda:us-east-1:210987654321:function:shop-local-${key}`,
    file: 'functions.mjs',
    exportName: key,
    timeoutSeconds: 0.1,
    memoryMb: 256,
  })),
});
const invoke = (key: string, payload: unknown = {}) => lambda.invoke(`shop-local-${key}`, payload);

afterAll(() => rmSync(root, { recursive: true }));

describe('a function', () => {
  it('gets its event and context, and returns what JSON keeps', async () => {
    const arn = 'arn:aws:lambda:us-east-1:210987654321:function:shop-local-echo';
    const response = await lambda.invoke(arn, { at: new Date(0), gone: undefined });

    expect(response).toMatchObject({
      event: { at: '1970-01-01T00:00:00.000Z' },
      context: {
        functionName: 'shop-local-echo',
        invokedFunctionArn: arn,
        memoryLimitInMB: '256',
        awsRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
      },
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(response).not.toHaveProperty('gone');
    expect((response as { remaining: number }).remaining).toBeGreaterThan(0);
  });

  it('returns null for nothing', async () => {
    expect(await invoke('nothing')).toBeNull();
  });

  it('fails with the name of what it threw', async () => {
    await expect(invoke('fail')).rejects.toMatchObject({
      name: 'Transient',
      message: 'busy',
      trace: expect.arrayContaining(['Transient: busy']),
    });
    await expect(invoke('failOddly')).rejects.toMatchObject({ name: 'string', message: 'a text' });
  });

  it('is given up at its timeout', async () => {
    await expect(invoke('hang')).rejects.toMatchObject({
      name: 'Sandbox.Timedout',
      message: expect.stringMatching(/Task timed out after 0.10 seconds$/),
    });
  });

  it('takes and gives 6 MB at most', async () => {
    await expect(invoke('large')).rejects.toMatchObject({ name: 'Function.ResponseSizeTooLarge' });
    await expect(invoke('echo', 'a'.repeat(6_291_556))).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  });

  it('differs from a missing one', async () => {
    await expect(invoke('missing')).rejects.toMatchObject({ name: 'Runtime.HandlerNotFound' });
    await expect(invoke('unheard')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
