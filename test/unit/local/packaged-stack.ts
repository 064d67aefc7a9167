/** A small template in the form that osls packages, with one resource of each type that the local cloud reads. */
export const here = {
  stackName: 'latchkey-local',
  accountId: '210987654321',
  region: 'us-east-1',
  apiUrl: 'http://127.0.0.1:4000',
  keyIds: { PlatformKey: 'k-1', OperatorsKey: 'k-2' },
};
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const deadLetters = { DeadLetterConfig: { Arn: arnOf('DeadLetters') } };
const route = (RouteKey: string, more = {}) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ...{ ApiId: { Ref: 'HttpApi' }, RouteKey, ...more },
    Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
  },
});
export const statement = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' };
export const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Sweep',
  States: { Sweep: { Type: 'Task', Resource: '${SweepArn}', End: true } },
};
const variables = {
  TABLE_NAME: { Ref: 'Table' },
  EVENT_BUS_NAME: { Ref: 'Bus' },
  WAITING: '600',
  KEY_ARN: arnOf('PlatformKey'),
  URL: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] },
  MACHINE: { Ref: 'KeyShutdown' },
  ROLE: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Table}' },
  JOINED: { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] },
};
const lambda = (key: string, more = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    ...{ Code: {}, Handler: `functions/${key}.handler`, FunctionName: `latchkey-local-${key}`, Timeout: 10 },
    ...{ Role: arnOf('SomeRole'), Environment: { Variables: variables }, ...more },
  },
});

const resources = {
  ApiLambdaFunction: lambda('api', { MemorySize: 512 }),
  SweepLambdaFunction: lambda('sweep', { Timeout: 30, DeadLetterConfig: { TargetArn: arnOf('DeadLetters') } }),
  SomeRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Statement: [] },
      Policies: [{ PolicyName: 'needs', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }],
    },
  },
  Permission: {
    Type: 'AWS::Lambda::Permission',
    Properties: { FunctionName: arnOf('SweepLambdaFunction'), SourceArn: arnOf('EveryMinute') },
  },
  HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'local-latchkey' } },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: arnOf('ApiLambdaFunction'),
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 30_000,
    },
  },
  Open: route('GET /v1/health'),
  Guarded: route('POST /v1/keys', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Tokens' } }),
  Default: route('$default'),
  Tokens: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      AuthorizerUri: { 'Fn::Sub': 'arn:aws:apigateway:lambda:path/functions/${SweepLambdaFunction.Arn}/invocations' },
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization'],
      AuthorizerResultTtlInSeconds: 60,
    },
  },
  KeyChanged: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventBusName: { Ref: 'Bus' },
      EventPattern: { source: ['aws.kms'] },
      State: 'ENABLED',
      Targets: [{ Id: '1', Arn: arnOf('SweepLambdaFunction'), ...deadLetters }],
    },
  },
  EveryMinute: {
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Id: '1', Arn: arnOf('SweepLambdaFunction') }],
    },
  },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: { 'Fn::Sub': 'latchkey-${AWS::Region}' } } },
  BusPolicy: {
    Type: 'AWS::Events::EventBusPolicy',
    Properties: { EventBusName: { Ref: 'Bus' }, StatementId: 'all', Principal: '*', Action: 'events:PutEvents' },
  },
  PlatformAlias: {
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: 'alias/mine', TargetKeyId: { Ref: 'PlatformKey' } },
  },
  OperatorsKey: { Type: 'AWS::KMS::Key', Properties: { Tags: [{ Key: 'stage', Value: 'local' }] } },
  PlatformKey: { Type: 'AWS::KMS::Key', Properties: { Description: 'mine', EnableKeyRotation: true } },
  DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead', KmsMasterKeyId: { Ref: 'OperatorsKey' } } },
  DeadLettersPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { Queues: [{ Ref: 'DeadLetters' }], PolicyDocument: { Statement: ['queue'] } },
  },
  Operators: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'operators' } },
  OperatorsPolicy: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: { Topics: [{ Ref: 'Operators' }], PolicyDocument: { Statement: ['topic'] } },
  },
  KeyShutdown: {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      RoleArn: arnOf('SomeRole'),
      Definition: definition,
      DefinitionSubstitutions: { SweepArn: arnOf('SweepLambdaFunction') },
    },
  },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      SSESpecification: { SSEEnabled: true },
    },
  },
};

/** The template's JSON. */
export const text = JSON.stringify({ Resources: resources });
