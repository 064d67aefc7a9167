import { describe, expect, it } from '@jest/globals';
import { parseKeyPolicy } from '../../../src/kms/key-policy.ts';

const statement = (overrides: object = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 'kms:*',
  Resource: '*',
  ...overrides,
});
const document = (overrides: object = {}, ...statements: object[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.length > 0 ? statements : [statement()],
    ...overrides,
  });
const malformed = expect.objectContaining({ code: 'MalformedPolicyDocumentException' });
const parsing = (text: string) => () => parseKeyPolicy(text);

describe('a key policy', () => {
  it.each([
    ['text that is no JSON', 'kms:*'],
    ['JSON that is no object', '[]'],
    ['another version', document({ Version: '2020-01-01' })],
    ['an unknown element', document({ Statements: [] })],
    ['no statement', JSON.stringify({ Version: '2012-10-17' })],
    ['an empty list of statements', document({ Statement: [] })],
    ['a statement that is a string', document({ Statement: 'all' })],
    ['another effect', document({}, statement({ Effect: 'allow' }))],
    ['no principal', document({}, { Effect: 'Allow', Action: 'kms:*', Resource: '*' })],
    ['no action', document({}, statement({ Action: undefined }))],
    ['no resource', document({}, statement({ Resource: undefined }))],
    ['an action of no service', document({}, statement({ Action: 'Decrypt' }))],
    [
      'NotPrincipal that allows',
      document({}, { ...statement(), Principal: undefined, NotPrincipal: { AWS: '210987654321' } }),
    ],
    ['Action with NotAction', document({}, statement({ NotAction: 'kms:Decrypt' }))],
    ['Resource with NotResource', document({}, statement({ NotResource: '*' }))],
    ['Principal with NotPrincipal', document({}, statement({ Effect: 'Deny', NotPrincipal: '*' }))],
    ['one Sid twice', document({}, statement({ Sid: 'a' }), statement({ Sid: 'a' }))],
    ['an unknown operator', document({}, statement({ Condition: { StringMatches: { 'kms:ViaService': 'ec2' } } }))],
    [
      'an operator without its negation',
      document({}, statement({ Condition: { NotBool: { 'aws:SecureTransport': 'true' } } })),
    ],
    ['an unknown condition key', document({}, statement({ Condition: { StringEquals: { 'kms:KeyColour': 'red' } } }))],
    [
      'a condition key of another service',
      document({}, statement({ Condition: { StringEquals: { 's3:prefix': 'a/' } } })),
    ],
    ['a tag key with no name', document({}, statement({ Condition: { StringEquals: { 'aws:PrincipalTag/': 'x' } } }))],
    [
      'an encryption context key with no name',
      document({}, statement({ Condition: { StringEquals: { 'kms:EncryptionContext:': 'x' } } })),
    ],
    [
      'an unknown variable',
      document({}, statement({ Condition: { StringEquals: { 'kms:ViaService': '${aws:colour}' } } })),
    ],
    [
      'a variable that is not closed',
      document({}, statement({ Condition: { StringEquals: { 'kms:ViaService': '${aws:username' } } })),
    ],
    ['a variable without a name', document({}, statement({ Resource: '${}' }))],
    [
      'a variable in a number',
      document({}, statement({ Condition: { NumericEquals: { 'aws:EpochTime': '${aws:EpochTime}' } } })),
    ],
    [
      'a number that is none',
      document({}, statement({ Condition: { NumericEquals: { 'kms:RotationPeriodInDays': 'many' } } })),
    ],
    [
      'a date that is none',
      document({}, statement({ Condition: { DateLessThan: { 'aws:CurrentTime': '1 May 2026' } } })),
    ],
    [
      'an address that is none',
      document({}, statement({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } })),
    ],
    ['a condition without values', document({}, statement({ Condition: { StringEquals: { 'kms:ViaService': [] } } }))],
    [
      'a Bool that is neither',
      document({}, statement({ Condition: { Bool: { 'kms:GrantIsForAWSResource': 'yes' } } })),
    ],
    ['Null with IfExists', document({}, statement({ Condition: { NullIfExists: { 'kms:ViaService': 'true' } } }))],
    [
      'Null with a set operator',
      document({}, statement({ Condition: { 'ForAllValues:Null': { 'kms:ViaService': 'true' } } })),
    ],
    ['a condition that is a list', document({}, statement({ Condition: ['StringEquals'] }))],
  ])('is refused for %s', (_why, text) => {
    expect(parsing(text)).toThrow(malformed);
  });

  it.each([
    'AIDACKCEVSQ6C2EXAMPLE',
    '21098765432',
    '210987654321:root',
    'arn:aws:iam::210987654321',
    'arn:aws:iam::210987654321:role/*',
    'arn:aws:iam::210987654321:group/admins',
    'arn:aws:kms:us-east-1:210987654321:key/x',
    '',
  ])('is refused for the principal %j, as AWS words it', (name) => {
    expect(parsing(document({}, statement({ Principal: { AWS: name } })))).toThrow(
      'Policy contains a statement with one or more invalid principals.',
    );
  });

  it.each([{ Federated: 'cognito-identity.amazonaws.com' }, { Service: '*' }, {}, { AWS: [] }, 'root'])(
    'is refused for the principal %j',
    (Principal) => {
      expect(parsing(document({}, statement({ Principal })))).toThrow(malformed);
    },
  );

  it('is refused beyond 32 KiB', () => {
    const long = document({ Id: 'x'.repeat(32_768) });
    expect(parsing(long)).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
  });

  it.each([
    ['The condition operator StringMatches is not supported.', { StringMatches: { 'kms:ViaService': 'ec2' } }],
    ['The condition key kms:KeyColour is not supported.', { StringEquals: { 'kms:KeyColour': 'red' } }],
    ['The policy variable aws:colour is not supported.', { StringEquals: { 'kms:ViaService': '${aws:colour}' } }],
  ])('names what it does not know: %s', (message, Condition) => {
    expect(parsing(document({}, statement({ Condition })))).toThrow(message);
  });

  it.each([
    ['aws:PrincipalOrgID', { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }],
    ['aws:PrincipalOrgPaths', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/r-ab12/*' } }],
    ['aws:SourceAccount', { StringEquals: { 'aws:SourceAccount': '111122223333' } }],
    ['aws:SourceArn', { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:111122223333:trail/*' } }],
    ['aws:SourceVpce', { StringNotEquals: { 'aws:SourceVpce': 'vpce-1234abcd' } }],
    ['aws:MultiFactorAuthPresent', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }],
    ['aws:MultiFactorAuthAge', { NumericLessThan: { 'aws:MultiFactorAuthAge': 3600 } }],
    [
      'aws:PrincipalTag',
      { StringEqualsIgnoreCase: { 'aws:PrincipalTag/team': "${aws:PrincipalTag/Owner, 'nobody'}" } },
    ],
    ['aws:SecureTransport', { Bool: { 'aws:SecureTransport': false } }],
    ['kms:MultiRegion', { Bool: { 'kms:MultiRegion': 'true' } }],
    ['kms:BypassPolicyLockoutSafetyCheck', { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } }],
    ['aws:SourceIp', { NotIpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '2001:db8::/32'] } }],
    ['aws:CurrentTime', { DateGreaterThan: { 'aws:CurrentTime': '2026-11-29T12:00:00Z' } }],
  ])('may ask for %s', (_key, Condition) => {
    expect(parseKeyPolicy(document({}, statement({ Condition })))).toHaveLength(1);
  });

  it('may have one statement without a list, an id and no version', () => {
    expect(parseKeyPolicy(JSON.stringify({ Id: 'mine', Statement: statement() }))).toHaveLength(1);
  });
});
