/**
 * Settings that the emulator accepts and ignores: expiry and recovery of the table, dead letters, logs, traces,
 * encryption, limits. They are asserted on the packaged template, which the linters have checked too.
 */
import { describe, expect, it } from '@jest/globals';
import { packaged } from '../../scripts/deploy/local-template.ts';
import { operations } from '../../scripts/documents/operations.ts';
import { all, namesOf, type Resource, resources } from './packaged.ts';

const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const deadLetters = arnOf('DeadLetters');

/** Names of those that do not fit. */
const unlike = (found: readonly [string, Resource][], expected: object) =>
  namesOf(found.filter(([, { Properties }]) => !matches(Properties, expected)));

function matches(properties: unknown, expected: object): boolean {
  try {
    expect(properties).toMatchObject(expected as Record<string, unknown>);
    return true;
  } catch {
    return false;
  }
}

describe('the packaged template', () => {
  it("is the local cloud's, except for the functions' code", async () => {
    const { Resources } = JSON.parse(await packaged('test')) as { Resources: Record<string, Resource> };
    const withoutCode = (all: Readonly<Record<string, Resource>>) =>
      JSON.parse(JSON.stringify(all, (name, value) => (name === 'Code' ? undefined : value)));

    expect(withoutCode(Resources)).toEqual(withoutCode(resources));
  });

  it('has room: a stack has at most 500 resources', () => {
    expect(Object.keys(resources).length).toBeLessThanOrEqual(500);
  });

  it('has one table with expiry, point-in-time recovery, KMS encryption and deletion protection', () => {
    expect(namesOf(all('AWS::DynamoDB::Table'))).toEqual(['Table']);
    expect(resources.Table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        DeletionProtectionEnabled: true,
      },
    });
  });

  it('has one bucket, for backups: versioned, private, encrypted under a key that rotates, kept', () => {
    expect(namesOf(all('AWS::S3::Bucket'))).toEqual(['BackupBucket']);
    expect(resources.BackupBucket).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOf('PlatformKey') },
              BucketKeyEnabled: true,
            },
          ],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      },
    });
    // KMS rotates no asymmetric key (developer guide, "Rotate AWS KMS keys").
    expect(unlike(all('AWS::KMS::Key'), { EnableKeyRotation: true })).toEqual(['EvidenceKey']);
    expect(resources.EvidenceKey).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { KeyUsage: 'SIGN_VERIFY' },
    });
    expect(resources.PlatformKey).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('keeps the events that a function failed on, of every function that EventBridge calls', () => {
    const called = all('AWS::Events::Rule').flatMap(([, { Properties }]) =>
      ((Properties.Targets ?? []) as { Arn: { 'Fn::GetAtt'?: [string] } }[]).flatMap(
        ({ Arn }) => Arn['Fn::GetAtt']?.[0] ?? [],
      ),
    );

    expect(called.length).toBeGreaterThanOrEqual(6);
    expect(
      called.filter((name) => !matches(resources[name]?.Properties, { DeadLetterConfig: { TargetArn: deadLetters } })),
    ).toEqual([]);
  });

  it('keeps the events that no rule could deliver', () => {
    const targets = all('AWS::Events::Rule').flatMap(([, { Properties }]) => Properties.Targets as object[]);

    expect(targets.filter((target) => !matches(target, { DeadLetterConfig: { Arn: deadLetters } }))).toEqual([]);
    expect(resources.DeadLetters?.Properties).toMatchObject({
      MessageRetentionPeriod: 14 * 24 * 3600,
      KmsMasterKeyId: { Ref: 'OperatorsKey' },
    });
  });

  it('logs and traces every machine, without what it works on', () => {
    const machines = all('AWS::StepFunctions::StateMachine');
    const LoggingConfiguration = {
      Level: 'ERROR',
      IncludeExecutionData: false,
      Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: arnOf('MachinesLog') } }],
    };

    expect(unlike(machines, { LoggingConfiguration, TracingConfiguration: { Enabled: true } })).toEqual([]);
  });

  it('runs every function on the tested runtime, with a role, and into a log group of the stack', () => {
    const groups = all('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.LogGroupName);
    const functions = all('AWS::Lambda::Function');

    expect(unlike(functions, { Runtime: 'nodejs24.x', Architectures: ['arm64'] })).toEqual([]);
    expect(unlike(functions, { Role: { 'Fn::GetAtt': [expect.stringMatching(/^Role[0-9A-F]{8}$/), 'Arn'] } })).toEqual(
      [],
    );

    const logs = functions.map(
      ([, { Properties }]) => (Properties.LoggingConfig as { LogGroup?: string } | undefined)?.LogGroup,
    );
    expect([...new Set(logs)].filter((group) => !groups.includes(group))).toEqual([]);
    expect(unlike(all('AWS::Logs::LogGroup'), { RetentionInDays: expect.any(Number) })).toEqual([]);
  });

  it('has few functions and resources besides the routes: a client meets few cold ones, the stack can grow', () => {
    expect(all('AWS::Lambda::Function').length).toBeLessThanOrEqual(45);
    const routes = all('AWS::ApiGatewayV2::Route').length;
    expect(Object.keys(resources).length - routes).toBeLessThanOrEqual(200);
  });

  it('calls the authorizer for every operation except public ones, and caches its result for a minute', () => {
    const open = all('AWS::ApiGatewayV2::Route')
      .filter(([, { Properties }]) => Properties.AuthorizationType !== 'CUSTOM')
      .map(([, { Properties }]) => Properties.RouteKey);
    const published = operations
      .filter(({ scope }) => scope === 'public')
      .map(({ method, path }) => `${method} ${path}`);

    // A request that is not an operation gets a problem too, and has no effect.
    // The console's files hold no data: the console signs in by the API.
    const files = ['GET /console', 'GET /console/{file+}'];
    expect(open.sort()).toEqual(['$default', ...files, ...published].sort());
    expect(
      unlike(all('AWS::ApiGatewayV2::Authorizer'), {
        IdentitySource: ['$request.header.Authorization'],
        AuthorizerResultTtlInSeconds: 60,
      }),
    ).toEqual([]);
  });

  it('logs each request and limits them, without the metrics that are billed by route', () => {
    expect(resources.HttpApiStage?.Properties).toMatchObject({
      AccessLogSettings: {
        DestinationArn: arnOf('HttpApiLogGroup'),
        Format: expect.stringContaining('$context.requestId'),
      },
      DefaultRouteSettings: {
        ThrottlingRateLimit: expect.any(Number),
        ThrottlingBurstLimit: expect.any(Number),
        DetailedMetricsEnabled: false,
      },
    });
  });

  it('notifies the operators of every alarm, over an encrypted topic', () => {
    expect(unlike(all('AWS::CloudWatch::Alarm'), { AlarmActions: [{ Ref: 'Operators' }] })).toEqual([]);
    expect(unlike(all('AWS::SNS::Topic'), { KmsMasterKeyId: { Ref: 'OperatorsKey' } })).toEqual([]);
  });

  it('sends mail over TLS only, and not again to those that bounced or complained', () => {
    expect(resources.MailSettings?.Properties).toMatchObject({
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
  });
});
