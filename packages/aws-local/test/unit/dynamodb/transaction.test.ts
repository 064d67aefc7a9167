import { describe, expect, it } from '@jest/globals';
import { actionsOf, assertDistinct, cancelled, reasonFor } from '../../../src/dynamodb/transaction.ts';
import { isExecuted, type TokenRecord, tokenOf, tokenWrite } from '../../../src/dynamodb/transaction-token.ts';
import { AwsError } from '../../../src/protocol.ts';

const writes = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;
const invalid = (message: RegExp) =>
  expect.objectContaining({ code: 'ValidationException', message: expect.stringMatching(message) });

describe("a transaction's actions", () => {
  it('come in order, each with the place that AWS names it by', () => {
    const items = [{ Put: { TableName: 'a' } }, { ConditionCheck: { TableName: 'b' } }];
    expect(actionsOf({ TransactItems: items }, writes)).toEqual([
      { kind: 'Put', body: { TableName: 'a' }, at: 'transactItems.1.member.put' },
      { kind: 'ConditionCheck', body: { TableName: 'b' }, at: 'transactItems.2.member.conditionCheck' },
    ]);
  });

  it.each([
    ['none', [], /greater than or equal to 1/],
    ['no list', undefined, /must not be null/],
    ['too many', Array.from({ length: 101 }, () => ({ Put: {} })), /less than or equal to 100/],
    ['an empty one', [{}], /should contain/],
    ['two in one', [{ Put: {}, Delete: {} }], /can only contain one of/],
    ['a read among writes', [{ Get: {} }], /should contain/],
  ])('are refused when there are %s', (_name, TransactItems, reason) => {
    expect(() => actionsOf({ TransactItems }, writes)).toThrow(invalid(reason));
  });

  it('may be a hundred', () => {
    expect(actionsOf({ TransactItems: Array.from({ length: 100 }, () => ({ Put: {} })) }, writes)).toHaveLength(100);
  });

  it('must be about different items', () => {
    expect(() => assertDistinct(['a~1', 'a~2', undefined, undefined])).not.toThrow();
    expect(() => assertDistinct(['a~1', 'a~2', 'a~1'])).toThrow(invalid(/multiple operations on one item/));
  });
});

describe('a cancelled transaction', () => {
  it('gives a reason for each action, in order', () => {
    const failed = reasonFor(new AwsError('ConditionalCheckFailedException', 'The conditional request failed'));
    const error = cancelled([
      { Code: 'None' },
      failed,
      reasonFor(new AwsError('ValidationException', 'Type mismatch')),
    ]);
    expect(error).toMatchObject({
      code: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ' +
        'ConditionalCheckFailed, ValidationError]',
      fields: {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
          { Code: 'ValidationError', Message: 'Type mismatch' },
        ],
      },
    });
  });

  it.each([new AwsError('ResourceNotFoundException', ''), new Error('disk full')])('is not what %p makes', (error) => {
    expect(() => reasonFor(error)).toThrow(error);
  });
});

describe('a client request token', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
  const request = (pk: string) => ({ TransactItems: [{ Put: { Item: { pk } } }], ClientRequestToken: 'token' });
  const first = tokenOf(request('1')) ?? { key: '', digest: '' };
  const other = tokenOf(request('2')) ?? { key: '', digest: '' };
  const record = (tokenWrite(first, now) as unknown as { value: TokenRecord }).value;

  it('is spent on its transaction for ten minutes', () => {
    expect(isExecuted(first, undefined, now)).toBe(false);
    expect(isExecuted(first, record, now)).toBe(true);
    expect(isExecuted(first, record, later(9.99))).toBe(true);
    expect(isExecuted(first, record, later(10))).toBe(false);
  });

  it('refuses another transaction as long', () => {
    expect(() => isExecuted(other, record, later(9))).toThrow(
      expect.objectContaining({ code: 'IdempotentParameterMismatchException' }),
    );
    expect(isExecuted(other, record, later(10))).toBe(false);
  });

  it.each(['', 'x'.repeat(37), 7])('is refused as %p', (ClientRequestToken) => {
    expect(() => tokenOf({ ClientRequestToken })).toThrow(invalid(/clientRequestToken/));
  });

  it('may be missing', () => {
    expect(tokenOf({ TransactItems: [] })).toBeUndefined();
  });
});
