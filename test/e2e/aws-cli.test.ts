/** The AWS CLI against the local cloud. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accessKey, customerAccount, dataPlaneRole, platformAccount } from '#local/accounts.ts';
import { databases, readPublic } from '#local/test-support/customer.ts';
import { aHome, type Running } from './cloud.ts';
import { aShell, type Shell } from './shell.ts';

const home = aHome();
let cloud: Running;
let shell: Shell;
let keyArn: string;
let variables: Record<string, string>;

interface KeyResponse {
  readonly KeyMetadata: { readonly Arn: string; readonly KeyState: string; readonly [name: string]: unknown };
}

beforeAll(async () => {
  cloud = await home.start();
  shell = aShell(home.dir);
  shell.file('key-policy.json', JSON.stringify(await readPublic(cloud, '/v1/key-policy')));
  // The guide's own lines: the policy is substituted into the command without quotes.
  const { KeyMetadata } = await shell.json<KeyResponse>(`
    export AWS_ACCOUNT_ID=\`aws sts get-caller-identity --output text --query 'Account'\`
    aws kms create-key --description 'heroku-data-test' --policy $(envsubst < key-policy.json)`);
  keyArn = KeyMetadata.Arn;
  variables = { CMK_ARN: keyArn };
});
afterAll(async () => {
  shell.end();
  await home.end();
});

const text = (script: string) => shell.text(script, variables);
const json = <T>(script: string) => shell.json<T>(script, variables);
const refusal = async (script: string, more: Readonly<Record<string, string>> = {}) => {
  const { code, stderr } = await shell.run(script, { ...variables, ...more });
  return { code, error: /An error occurred \((\w+)\)/.exec(stderr)?.[1] ?? stderr };
};

describe('the AWS CLI through the wrapper', () => {
  it('returns the caller’s identity', async () => {
    expect(await json('aws sts get-caller-identity')).toMatchObject({
      Account: customerAccount,
      Arn: expect.stringContaining(customerAccount),
    });
  });

  it('describes the key that the lines of the guide have made', async () => {
    const { KeyMetadata } = await json<KeyResponse>('aws kms describe-key --key-id $CMK_ARN');

    expect(KeyMetadata).toMatchObject({
      Arn: keyArn,
      AWSAccountId: customerAccount,
      Description: 'heroku-data-test',
      KeyState: 'Enabled',
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
    });
  });

  it('signs a digest with a key of its own, and verifies it by KMS and by openssl', async () => {
    const script = `set -e
      key=$(aws kms create-key --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY --query KeyMetadata.Arn --output text)
      echo signed > message; openssl dgst -sha256 -binary message > digest
      algorithm="--message fileb://digest --message-type DIGEST --signing-algorithm ECDSA_SHA_256"
      aws kms sign --key-id $key $algorithm --query Signature --output text | base64 -d > signature
      aws kms verify --key-id $key $algorithm --signature fileb://signature --query SignatureValid
      aws kms get-public-key --key-id $key --query PublicKey --output text | base64 -d |
        openssl pkey -pubin -inform DER > key.pem
      openssl dgst -sha256 -verify key.pem -signature signature message`;
    expect(await text(script)).toMatch(/^true\s+Verified OK\s*$/);

    const refused = await refusal(
      'aws kms sign --key-id $CMK_ARN --message fileb://digest --message-type DIGEST --signing-algorithm ECDSA_SHA_256',
    );
    expect(refused.error).toBe('InvalidKeyUsageException');
  });

  it('disables and enables it', async () => {
    expect(
      await text(
        'aws kms disable-key --key-id $CMK_ARN; aws kms describe-key --key-id $CMK_ARN --query KeyMetadata.KeyState',
      ),
    ).toBe('"Disabled"');
    expect(
      await text(
        'aws kms enable-key --key-id $CMK_ARN; aws kms describe-key --key-id $CMK_ARN --query KeyMetadata.KeyState',
      ),
    ).toBe('"Enabled"');
  });

  it('schedules its deletion, and cancels that: the key is then disabled', async () => {
    const scheduled = await json<{ KeyState: string; DeletionDate: unknown }>(
      'aws kms schedule-key-deletion --key-id $CMK_ARN --pending-window-in-days 7',
    );
    expect(scheduled).toMatchObject({ KeyId: keyArn, KeyState: 'PendingDeletion', PendingWindowInDays: 7 });
    expect((await refusal('aws kms enable-key --key-id $CMK_ARN')).error).toBe('KMSInvalidStateException');

    await text('aws kms cancel-key-deletion --key-id $CMK_ARN');
    expect(await text('aws kms describe-key --key-id $CMK_ARN --query KeyMetadata.KeyState --output text')).toBe(
      'Disabled',
    );

    await text('aws kms enable-key --key-id $CMK_ARN');
  });

  it('turns its rotation on', async () => {
    const status = 'aws kms get-key-rotation-status --key-id $CMK_ARN';

    expect(await json(status)).toMatchObject({ KeyRotationEnabled: false });
    expect(await json(`aws kms enable-key-rotation --key-id $CMK_ARN; ${status}`)).toMatchObject({
      KeyRotationEnabled: true,
    });
  });

  it('reads its policy, and puts another', async () => {
    const get = 'aws kms get-key-policy --key-id $CMK_ARN --policy-name default --output text --query Policy';
    const policy = await json<{ Statement: { Sid: string; Principal: { AWS: string } }[] }>(get);
    expect(policy.Statement.map(({ Principal }) => Principal.AWS)).toEqual([
      `arn:aws:iam::${customerAccount}:root`,
      ...Array.from({ length: policy.Statement.length - 1 }, () => `arn:aws:iam::${platformAccount}:root`),
    ]);

    shell.file('narrower.json', JSON.stringify({ ...policy, Statement: policy.Statement.slice(0, 1) }));
    const put = 'aws kms put-key-policy --key-id $CMK_ARN --policy-name default --policy';
    expect((await json<typeof policy>(`${put} file://narrower.json; ${get}`)).Statement).toHaveLength(1);
    shell.file('policy.json', JSON.stringify(policy));
    expect(await json(`${put} file://policy.json; ${get}`)).toEqual(policy);
    expect((await refusal(`${put} '{"Version":'`)).error).toBe('MalformedPolicyDocumentException');
  });

  it('names it by an alias', async () => {
    const { Aliases } = await json<{ Aliases: { AliasName: string; TargetKeyId: string }[] }>(
      'aws kms create-alias --alias-name alias/orders --target-key-id $CMK_ARN; aws kms list-aliases --key-id $CMK_ARN',
    );

    expect(Aliases).toMatchObject([{ AliasName: 'alias/orders', TargetKeyId: keyArn.split('/').at(-1) }]);
    expect(await text('aws kms describe-key --key-id alias/orders --query KeyMetadata.Arn --output text')).toBe(keyArn);
  });

  it('encrypts, and decrypts under the same context only', async () => {
    const decrypt =
      'aws kms decrypt --ciphertext-blob fileb://cipher --query Plaintext --output text --encryption-context';
    shell.file('plain', 'correct horse');

    await text(
      'aws kms encrypt --key-id $CMK_ARN --plaintext fileb://plain --encryption-context app=orders --query ' +
        'CiphertextBlob --output text | base64 -d > cipher',
    );

    expect(await text('cat cipher')).not.toContain('correct horse');
    expect(await text(`${decrypt} app=orders | base64 -d`)).toBe('correct horse');
    expect((await refusal(`${decrypt} app=others`)).error).toBe('InvalidCiphertextException');
  });

  it('generates a data key, which a disabled key does not give back', async () => {
    const made = await json<{ Plaintext: string; CiphertextBlob: string; KeyId: string }>(
      'aws kms generate-data-key --key-id $CMK_ARN --key-spec AES_256',
    );
    const decrypt = 'aws kms decrypt --ciphertext-blob fileb://wrapped';

    shell.file('wrapped', Buffer.from(made.CiphertextBlob, 'base64'));

    expect(Buffer.from(made.Plaintext, 'base64')).toHaveLength(32);
    expect(await json(decrypt)).toMatchObject({ KeyId: keyArn, Plaintext: made.Plaintext });

    await text('aws kms disable-key --key-id $CMK_ARN');
    expect((await refusal(decrypt)).error).toBe('DisabledException');

    await text('aws kms enable-key --key-id $CMK_ARN');
  });

  it('lists the grant of a database, which is on the role that serves it', async () => {
    await databases(cloud, keyArn, [{ name: 'orders', app: 'your-app-name' }]);
    const { Grants } = await json<{ Grants: { GranteePrincipal: string; Constraints: unknown }[] }>(
      'aws kms list-grants --key-id $CMK_ARN',
    );

    expect(Grants).toMatchObject([
      { KeyId: keyArn, GranteePrincipal: dataPlaneRole, IssuingAccount: expect.stringContaining(platformAccount) },
    ]);
  });
});

describe('refusals', () => {
  it.each([
    [
      'an operation that KMS does not have here',
      'aws kms generate-mac --key-id $CMK_ARN --mac-algorithm HMAC_SHA_256 --message aGVsbG8=',
    ],
    ['a service that is not here', 'aws sqs list-queues'],
  ])('%s, at once', async (_, script) => {
    const { code, error } = await refusal(`timeout 20 ${script}`);
    expect(code).toBeGreaterThan(124);
    expect(error).toMatch(/^(UnknownOperationException|InvalidAction)$/);
  });

  it("another account's hand on the key", async () => {
    const stranger = {
      script: `export AWS_ACCESS_KEY_ID=${accessKey('999988887777')}; aws kms disable-key --key-id $CMK_ARN`,
    };

    expect((await refusal(stranger.script)).error).toBe('AccessDeniedException');
  });

  it('a call without an endpoint, so that none reaches a real account by accident', async () => {
    const { code, stderr } = await shell.run('unset AWS_ENDPOINT_URL; aws sts get-caller-identity');
    expect(code).toBe(1);
    expect(stderr).toContain('AWS_ENDPOINT_URL is not set');
  });
});
