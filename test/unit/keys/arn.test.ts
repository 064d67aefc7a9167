/** Parsing a key's ARN, and refusing everything else. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseKeyArn, partitionOf } from '#lib/model/key-arn.ts';
import { Problem } from '#lib/model/problem.ts';
import '#test/support/matchers.ts';

const uuid = '1234abcd-12ab-34cd-56ef-1234567890ab';
const problemOf = (text: string): Problem => {
  try {
    parseKeyArn(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`${text} was taken for a key ARN`);
};

describe("a key's full ARN", () => {
  it.each([
    [`arn:aws:kms:us-east-1:111122223333:key/${uuid}`, 'us-east-1'],
    ['arn:aws:kms:ap-southeast-2:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab', 'ap-southeast-2'],
    [`arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/${uuid}`, 'us-gov-west-1'],
    [`arn:aws-cn:kms:cn-north-1:111122223333:key/${uuid}`, 'cn-north-1'],
  ])('is %s', (arn, region) => {
    expect(parseKeyArn(arn)).toEqual({ arn, partition: partitionOf(region), region, accountId: '111122223333' });
  });

  it.each(['', ' ', '\n', '\r\n', '\t', '\u00a0', '\u2003', '\ufeff'])('is taken with %j around it', (space) => {
    const arn = `arn:aws:kms:us-east-1:111122223333:key/${uuid}`;
    expect(parseKeyArn(`${space}${arn}${space}`)).toEqual(parseKeyArn(arn));
  });
});

describe('what people write instead', () => {
  it.each([
    ['alias/latchkey', 'alias'],
    ['arn:aws:kms:us-east-1:111122223333:alias/latchkey', 'alias'],
    [uuid, 'bare key id'],
    ['mrk-1234abcd12ab34cd56ef1234567890ab', 'bare key id'],
    ['arn:aws:s3:::bucket', 'not the ARN of a KMS key'],
    [`arn:aws:kms:us-east-1:1111:key/${uuid}`, 'not the ARN of a KMS key'],
    [`arn:aws:kms:us-east-1::key/${uuid}`, 'not the ARN of a KMS key'],
    [`arn:aws:kms:us-east-1:111122223333:key/${uuid}x`, 'not the ARN of a KMS key'],
    [`arn:aws:kms:us-east-1:111122223333:key/${uuid.toUpperCase()}`, 'not the ARN of a KMS key'],
    [`arn:aws:kms:us-east-1:111122223333:key/*`, 'not the ARN of a KMS key'],
    [`x arn:aws:kms:us-east-1:111122223333:key/${uuid}`, 'not a key ARN'],
    ['', 'not a key ARN'],
    ['my key', 'not a key ARN'],
  ])('%j is refused as %s, with the way to the ARN', (text, what) => {
    const problem = problemOf(text);

    expect(problem).toBeProblem('invalid_request');
    expect(problem.message).toContain(what);
    expect(problem.message).toContain('full ARN');
    expect(problem.extra.fix).toMatch(/^aws kms describe-key --key-id /);
  });

  it('never ends up in a command that a shell would run', () => {
    const hostile = fc.stringMatching(/^[\s\S]{0,40}$/).map((text) => `${text};rm -rf $(HOME)\``);
    fc.assert(
      fc.property(
        hostile,
        (text) =>
          problemOf(text).extra.fix === 'aws kms describe-key --key-id KEY --query KeyMetadata.Arn --output text',
      ),
    );
  });

  it('is refused whatever it is, and never fails otherwise', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => problemOf(text).code === 'invalid_request'),
    );
  });

  it('is refused if one letter of an ARN is changed for a blank, or cut off', () => {
    const arn = `arn:aws:kms:us-east-1:111122223333:key/${uuid}`;
    fc.assert(
      fc.property(fc.nat({ max: arn.length - 1 }), (place) => {
        problemOf(`${arn.slice(0, place)} ${arn.slice(place + 1)}`);
        problemOf(arn.slice(0, place));
      }),
    );
  });
});
