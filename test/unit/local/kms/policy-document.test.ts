import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '#local/kms/policy-document.ts';

const statement = (overrides: object = {}) => ({ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*', ...overrides });
const document = (overrides: object = {}, ...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.length > 0 ? statements : [statement()], ...overrides });
const malformed = expect.objectContaining({ code: 'MalformedPolicyDocumentException' });
const parsing = (text: string) => () => parsePolicy(text);

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
    ['NotPrincipal', document({}, { ...statement(), Principal: undefined, NotPrincipal: { AWS: '210987654321' } })],
    ['NotAction', document({}, statement({ NotAction: 'kms:Decrypt' }))],
    ['NotResource', document({}, statement({ NotResource: '*' }))],
    ['one Sid twice', document({}, statement({ Sid: 'a' }), statement({ Sid: 'a' }))],
    ['an unknown operator', document({}, statement({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }))],
    ['an unknown condition key', document({}, statement({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }))],
    ['an encryption context key with no name', document({}, statement({ Condition: { StringEquals: { 'kms:EncryptionContext:': 'x' } } }))],
    ['a policy variable', document({}, statement({ Condition: { StringEquals: { 'kms:ViaService': '${aws:username}' } } }))],
    ['a condition without values', document({}, statement({ Condition: { StringEquals: { 'kms:ViaService': [] } } }))],
    ['a Bool that is neither', document({}, statement({ Condition: { Bool: { 'kms:GrantIsForAWSResource': 'yes' } } }))],
    ['Null with a set operator', document({}, statement({ Condition: { 'ForAllValues:Null': { 'kms:ViaService': 'true' } } }))],
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

  it('may have one statement without a list, an id and no version', () => {
    expect(parsePolicy(JSON.stringify({ Id: 'mine', Statement: statement() }))).toHaveLength(1);
  });
});
