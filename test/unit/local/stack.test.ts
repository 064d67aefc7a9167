/** The local cloud's stack, read from serverless.yml. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { declaredKeys, environmentOf, readTemplate, stackOf } from '#local/stack/stack.ts';

const here = {
  service: 'latchkey',
  stage: 'local',
  accountId: '210987654321',
  region: 'us-east-1',
  apiUrl: 'http://127.0.0.1:4000',
};

const serverless = `
service: latchkey
params:
  default: { waitingPeriod: 600, mail: "latchkey@\${sls:stage}.example.com" }
  prod: { waitingPeriod: 900 }
provider:
  name: aws
  timeout: 10
  environment:
    TABLE_NAME: !Ref Table
    EVENT_BUS_NAME: !Ref Bus
    WAITING: \${param:waitingPeriod}
    MAIL_FROM: \${param:mail}
    COLOUR: \${param:colour, 'blue'}
    KEY_ARN: !GetAtt PlatformKey.Arn
    URL: !GetAtt HttpApi.ApiEndpoint
    MACHINE: !Ref KeyShutdown
    ROLE: !Sub arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/\${Table}
    JOINED: !Join ['-', [a, !Ref AWS::Region]]
functions:
  createKey:
    handler: functions/api/keys/create.handler
    rights: []
    events: [{ httpApi: { method: post, path: /v1/keys } }, { httpApi: GET /v1/keys }]
  onKeyChanged:
    handler: functions/events/on-key-changed.handler
    rights: []
    timeout: 30
    events: [{ eventBridge: { eventBus: !Ref Bus, pattern: { source: [aws.kms], detail: { eventName: [DisableKey] } } } }]
  onSweep:
    handler: functions/events/on-sweep.handler
    rights: []
    events: [{ schedule: rate(1 minute) }]
resources:
  Resources:
    Policy:
      Type: AWS::Events::EventBusPolicy
      Properties: { EventBusName: !Ref Bus, StatementId: all, Principal: '*', Action: 'events:PutEvents' }
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: !Sub 'latchkey-\${AWS::Region}' } }
    PlatformAlias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: alias/mine, TargetKeyId: !Ref PlatformKey } }
    OperatorsKey: { Type: 'AWS::KMS::Key', Properties: { Tags: [{ Key: stage, Value: '\${sls:stage}' }] } }
    DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: dead } }
    PlatformKey: { Type: 'AWS::KMS::Key', Properties: { Description: mine, EnableKeyRotation: true } }
    KeyShutdown:
      Type: AWS::StepFunctions::StateMachine
      Properties:
        RoleArn: !GetAtt SomeRole.Arn
        Definition: \${file(statemachines/key-shutdown.asl.yml)}
        DefinitionSubstitutions: { SweepArn: !GetAtt OnSweepLambdaFunction.Arn }
    Table:
      Type: AWS::DynamoDB::Table
      DeletionPolicy: Retain
      Properties:
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
        KeySchema: [{ AttributeName: pk, KeyType: HASH }]
        TimeToLiveSpecification: { AttributeName: expiresAt, Enabled: true }
        SSESpecification: { SSEEnabled: true }
`;
const machine = {
  QueryLanguage: 'JSONata',
  StartAt: 'Sweep',
  States: { Sweep: { Type: 'Task', Resource: '${SweepArn}', End: true } },
};

const folders: string[] = [];
const read = (text: string, keyIds: Record<string, string> = { PlatformKey: 'k-1', OperatorsKey: 'k-2' }) => {
  const root = mkdtempSync(join(tmpdir(), 'stack-'));
  folders.push(root);
  mkdirSync(join(root, 'statemachines'));
  writeFileSync(join(root, 'serverless.yml'), text);
  writeFileSync(join(root, 'statemachines/key-shutdown.asl.yml'), JSON.stringify(machine));
  const template = readTemplate(root, here);
  const place = { ...here, keyIds };
  return {
    template,
    place,
    stack: () => stackOf(template, place),
    environment: (overrides = {}) => environmentOf(template, place, overrides),
  };
};

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('the stack', () => {
  it('gives each function its name, file, timeout and triggers', () => {
    const [createKey, onKeyChanged] = read(serverless).stack().functions;

    expect(createKey).toEqual({
      key: 'createKey',
      name: 'latchkey-local-createKey',
      arn: 'arn:aws:lambda:us-east-1:210987654321:function:latchkey-local-createKey',
      file: 'functions/api/keys/create.ts',
      exportName: 'handler',
      timeoutSeconds: 10,
      memoryMb: 1024,
      events: [
        { kind: 'http', method: 'POST', path: '/v1/keys' },
        { kind: 'http', method: 'GET', path: '/v1/keys' },
      ],
    });
    expect(onKeyChanged?.timeoutSeconds).toBe(30);
  });

  it('resolves the environment to the names of this cloud', () => {
    expect(read(serverless).environment()).toEqual({
      TABLE_NAME: 'latchkey-local-Table',
      EVENT_BUS_NAME: 'latchkey-us-east-1',
      WAITING: '600',
      MAIL_FROM: 'latchkey@local.example.com',
      COLOUR: 'blue',
      KEY_ARN: 'arn:aws:kms:us-east-1:210987654321:key/k-1',
      URL: 'http://127.0.0.1:4000',
      MACHINE: 'arn:aws:states:us-east-1:210987654321:stateMachine:latchkey-local-KeyShutdown',
      ROLE: 'arn:aws:iam::210987654321:role/latchkey-local-Table',
      JOINED: 'a-us-east-1',
    });
  });

  it('puts the functions into the state machines', () => {
    expect(read(serverless).stack().machines).toEqual([
      {
        arn: 'arn:aws:states:us-east-1:210987654321:stateMachine:latchkey-local-KeyShutdown',
        name: 'latchkey-local-KeyShutdown',
        definition: {
          ...machine,
          States: {
            Sweep: {
              Type: 'Task',
              Resource: 'arn:aws:lambda:us-east-1:210987654321:function:latchkey-local-onSweep',
              End: true,
            },
          },
        },
      },
    ]);
  });

  it('gives rules, schedules, buses and tables in the emulators’ format', () => {
    const { rules, schedules, buses, tables, aliases } = read(serverless).stack();
    const busArn = 'arn:aws:events:us-east-1:210987654321:event-bus/latchkey-us-east-1';

    expect(rules).toMatchObject([
      { busArn, pattern: { source: ['aws.kms'] }, targets: [{ arn: expect.stringMatching(/onKeyChanged$/) }] },
    ]);
    expect(schedules).toMatchObject([{ timing: { rateMs: 60_000 }, functionArn: expect.stringMatching(/onSweep$/) }]);
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: busArn }];
    expect(buses).toEqual([{ arn: busArn, name: 'latchkey-us-east-1', policy: { Version: '2012-10-17', Statement } }]);
    expect(aliases).toEqual([{ AliasName: 'alias/mine', TargetKeyId: 'k-1' }]);
    expect(tables).toEqual([
      {
        create: {
          TableName: 'latchkey-local-Table',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        },
        timeToLive: {
          TableName: 'latchkey-local-Table',
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        },
      },
    ]);
  });

  it('lists the keys to create before anything can refer to them', () => {
    const { template, place, environment } = read(serverless, {});

    expect(declaredKeys(template, place)).toEqual([
      { logicalId: 'OperatorsKey', create: {}, tags: [{ TagKey: 'stage', TagValue: 'local' }], rotates: false },
      { logicalId: 'PlatformKey', create: { Description: 'mine' }, tags: [], rotates: true },
    ]);
    expect(environment).toThrow('PlatformKey.Arn');
  });

  it('lets the local cloud set what the file says otherwise, or in words that it lacks', () => {
    expect(read(serverless, {}).environment({ KEY_ARN: 'arn:other' })).toMatchObject({
      KEY_ARN: 'arn:other',
      WAITING: '600',
    });
  });

  it('refuses functions that differ in a variable, as they share one environment', () => {
    const text = serverless.replace('timeout: 30', 'environment: { COLOUR: green }');

    expect(read(text).environment).toThrow('COLOUR');
  });

  it.each([
    { what: 'a tag', was: '!GetAtt HttpApi.ApiEndpoint', becomes: '!Nope HttpApi', named: '!Nope' },
    {
      what: 'an intrinsic function',
      was: '!GetAtt HttpApi.ApiEndpoint',
      becomes: '!ImportValue other',
      named: 'Fn::ImportValue',
    },
    {
      what: 'a resource without a stand-in',
      was: '!GetAtt HttpApi.ApiEndpoint',
      becomes: '!Ref Nowhere',
      named: 'Ref Nowhere',
    },
    { what: 'a variable source', was: '${param:mail}', becomes: '${ssm:/mail}', named: 'ssm:/mail' },
    { what: 'a variable without value', was: '${param:mail}', becomes: '${param:nothing}', named: 'param:nothing' },
    { what: 'an event', was: 'schedule: rate(1 minute)', becomes: 'sqs: arn', named: 'sqs' },
    { what: 'a cron schedule', was: 'rate(1 minute)', becomes: 'cron(0 * * * ? *)', named: 'onSweep' },
    {
      what: 'a route setting',
      was: 'path: /v1/keys }',
      becomes: 'path: /v1/keys, authorizer: a }',
      named: 'httpApi.authorizer',
    },
    { what: 'a function setting', was: 'timeout: 30', becomes: 'layers: [a]', named: 'onKeyChanged.layers' },
    { what: 'a substitution', was: 'SweepArn: ', becomes: 'OtherArn: ', named: 'SweepArn' },
  ])('refuses $what that it does not understand, naming it', ({ was, becomes, named }) => {
    const text = serverless.replace(was, becomes);

    expect(text).not.toBe(serverless);
    expect(() => {
      const { stack, environment } = read(text);
      return [stack(), environment()];
    }).toThrow(named);
  });
});
