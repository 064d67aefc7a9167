/** What the local cloud reads from a packaged template, and what it refuses. */
import { describe, expect, it } from '@jest/globals';
import { declaredKeys, stackOf } from '#local/stack/stack.ts';
import { parseTemplate } from '#local/stack/template.ts';
import { definition, here, statement, text } from './packaged-stack.ts';

const read = (json = text) => stackOf(parseTemplate(json), here);
const functionArn = (key: string) => `arn:aws:lambda:us-east-1:210987654321:function:latchkey-local-${key}`;
const queueArn = 'arn:aws:sqs:us-east-1:210987654321:dead';
const roleArn = 'arn:aws:iam::210987654321:role/latchkey-local-SomeRole';
const busArn = 'arn:aws:events:us-east-1:210987654321:event-bus/latchkey-us-east-1';

describe('the stack', () => {
  it('gives each function its key, file, limits, role and dead-letter queue', () => {
    const [api, sweep] = read().functions;

    expect(api).toEqual({
      ...{ key: 'api', name: 'latchkey-local-api', arn: functionArn('api'), roleArn, deadLetterArn: null },
      ...{ file: 'functions/api.ts', exportName: 'handler', timeoutSeconds: 10, memoryMb: 512 },
    });
    expect(sweep).toMatchObject({ timeoutSeconds: 30, memoryMb: 128, deadLetterArn: queueArn });
  });

  it('gives the routes, and those that ask the authorizer', () => {
    const { routes, authorizer } = read().api;

    expect(routes.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/v1/health'],
      ['POST', '/v1/keys'],
      ['ANY', '$default'],
    ]);
    expect(new Set(routes.map((each) => each.functionArn))).toEqual(new Set([functionArn('api')]));
    expect(authorizer).toEqual({
      ...{ id: 'Tokens', functionArn: functionArn('sweep'), header: 'authorization', ttlSeconds: 60 },
      routeKeys: new Set(['POST /v1/keys']),
    });
  });

  it('resolves the environment to the names of this cloud', () => {
    expect(read().environment({})).toEqual({
      TABLE_NAME: 'latchkey-local-Table',
      EVENT_BUS_NAME: 'latchkey-us-east-1',
      WAITING: '600',
      KEY_ARN: 'arn:aws:kms:us-east-1:210987654321:key/k-1',
      URL: 'http://127.0.0.1:4000',
      MACHINE: 'arn:aws:states:us-east-1:210987654321:stateMachine:latchkey-local-KeyShutdown',
      ROLE: 'arn:aws:iam::210987654321:role/latchkey-local-Table',
      JOINED: 'a-us-east-1',
    });
  });

  it('puts the functions into the state machines, and names their role', () => {
    expect(read().machines).toEqual([
      {
        arn: 'arn:aws:states:us-east-1:210987654321:stateMachine:latchkey-local-KeyShutdown',
        name: 'latchkey-local-KeyShutdown',
        roleArn,
        definition: {
          ...definition,
          States: { Sweep: { Type: 'Task', Resource: functionArn('sweep'), End: true } },
        },
      },
    ]);
    expect(read().roles.get(roleArn)?.policies).toEqual([{ Version: '2012-10-17', Statement: [statement] }]);
  });

  it("gives rules and schedules with their targets' dead-letter queues", () => {
    const { rules, schedules, api } = read();
    const arn = functionArn('sweep');

    expect(rules).toEqual([
      {
        ...{ name: 'latchkey-local-KeyChanged', busArn, pattern: { source: ['aws.kms'] }, state: 'ENABLED' },
        targets: [{ arn, deadLetterArn: queueArn }],
      },
    ]);
    const ruleArn = 'arn:aws:events:us-east-1:210987654321:rule/latchkey-local-EveryMinute';
    expect(schedules).toEqual([{ ruleArn, timing: { rateMs: 60_000 }, targets: [{ arn }] }]);
    expect(api.permissions).toEqual([{ FunctionName: arn, SourceArn: ruleArn }]);
  });

  it('gives buses, queues and topics with the policies that name them', () => {
    const { buses, queues, topics } = read();
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: busArn }];

    expect(buses).toEqual([{ arn: busArn, name: 'latchkey-us-east-1', policy: { Version: '2012-10-17', Statement } }]);
    const url = 'https://sqs.us-east-1.amazonaws.com/210987654321/dead';
    expect(queues).toEqual([{ arn: queueArn, url, policy: { Statement: ['queue'] }, kmsKeyId: 'k-2' }]);
    const arn = 'arn:aws:sns:us-east-1:210987654321:operators';
    expect(topics).toEqual([{ arn, policy: { Statement: ['topic'] }, kmsKeyId: null }]);
  });

  it('gives tables and aliases in the format of their operations', () => {
    const { tables, aliases } = read();

    expect(aliases).toEqual([{ AliasName: 'alias/mine', TargetKeyId: 'k-1' }]);
    const TableName = 'latchkey-local-Table';
    expect(tables).toEqual([
      {
        create: {
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        },
        timeToLive: { TableName, TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } },
      },
    ]);
  });

  it('lists the keys to create before anything can refer to them', () => {
    const template = parseTemplate(text);

    expect(declaredKeys(template, { ...here, keyIds: {} })).toEqual([
      { logicalId: 'OperatorsKey', create: {}, tags: [{ TagKey: 'stage', TagValue: 'local' }], rotates: false },
      { logicalId: 'PlatformKey', create: { Description: 'mine' }, tags: [], rotates: true },
    ]);
    expect(() => stackOf(template, { ...here, keyIds: {} })).toThrow('OperatorsKey');
  });

  it('lets the local cloud set a variable, which is then not resolved', () => {
    const environment = read(text.replaceAll('"URL":{"Fn::GetAtt"', '"URL":{"Fn::Nothing"')).environment({ URL: 'u' });

    expect(environment).toMatchObject({ URL: 'u', WAITING: '600' });
  });

  it('refuses functions that differ in a variable, as they share one environment', () => {
    expect(() => read(text.replace('"WAITING":"600"', '"WAITING":"900"')).environment({})).toThrow('WAITING');
  });

  it.each([
    {
      what: 'an intrinsic function',
      was: '{"Ref":"AWS::Region"}',
      becomes: '{"Fn::ImportValue":"x"}',
      named: 'Fn::ImportValue',
    },
    {
      what: 'a resource without an emulator',
      was: '{"Ref":"AWS::Region"}',
      becomes: '{"Ref":"Nowhere"}',
      named: 'Nowhere',
    },
    { what: 'a resource type', was: 'AWS::DynamoDB::Table', becomes: 'AWS::ECS::Cluster', named: 'ECS' },
    {
      what: 'a condition',
      was: '"Type":"AWS::IAM::Role"',
      becomes: '"Type":"AWS::IAM::Role","Condition":"c"',
      named: 'SomeRole',
    },
    { what: 'a cron schedule', was: 'rate(1 minute)', becomes: 'cron(0 * * * ? *)', named: 'EveryMinute' },
    { what: 'a property of a function', was: '"MemorySize":512', becomes: '"Layers":[]', named: 'Layers' },
    {
      what: 'a property of a rule',
      was: '"EventPattern":',
      becomes: '"RoleArn":"r","EventPattern":',
      named: 'RoleArn',
    },
    { what: 'an input of a target', was: '"Id":"1",', becomes: '"Id":"1","Input":"{}",', named: 'Input' },
    { what: 'an authorizer of another kind', was: 'CUSTOM', becomes: 'AWS_IAM', named: 'AuthorizationType' },
    { what: 'an integration of another kind', was: 'AWS_PROXY', becomes: 'HTTP_PROXY', named: 'Integration' },
    { what: 'managed policies', was: '"Policies":', becomes: '"ManagedPolicyArns":[],"Policies":', named: 'Managed' },
    { what: 'a missing substitution', was: '{"SweepArn":', becomes: '{"OtherArn":', named: 'SweepArn' },
    {
      what: 'a name that depends on itself',
      was: '"TopicName":"operators"',
      becomes: '"TopicName":{"Ref":"Operators"}',
      named: 'itself',
    },
  ])('refuses $what that it does not understand, naming it', ({ was, becomes, named }) => {
    const changed = text.replace(was, becomes);

    expect(changed).not.toBe(text);
    expect(() => read(changed).environment({})).toThrow(named);
  });
});
