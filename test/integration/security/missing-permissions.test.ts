/**
 * Permissions that the template lacks are missing in the local cloud: API Gateway, rules and schedules do not invoke a
 * function that does not permit it, a topic refuses EventBridge, and a state machine's role calls nothing that its
 * policies do not allow.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from '#local/stack/template.ts';
import { overHttp } from '#local/test-support/http.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { letterOf, put } from '#test/support/dead-letters.ts';
import { without, withoutActions, withoutStatement, withProperties } from '#test/support/template.ts';
import { until } from '#test/support/when.ts';

const permissionOf = (key: string) => (logicalId: string) => logicalId.startsWith(`${key}LambdaPermission`);
const withoutPermission = (template: Template, isMeant: (logicalId: string) => boolean) =>
  without(template, 'AWS::Lambda::Permission', isMeant);

const withoutInvocations = (template: Template): Template => {
  const closed = ['ApiService', 'OnSweep'].reduce((each, key) => withoutPermission(each, permissionOf(key)), template);
  const unheard = withoutPermission(closed, (id) => id.startsWith('OnEffectDueEventBridgeLambdaPermission'));
  const unasked = withoutPermission(unheard, (id) => id === 'TokenAuthorizerPermission');
  const untold = withoutStatement(unasked, 'OperatorsPolicy', 'RulesPublish');
  return withProperties(untold, 'MachineRole', (role) => withoutActions(role, ['lambda:InvokeFunction']));
};

describe('without the permission to invoke', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await aPlatform({ change: withoutInvocations });
  });
  afterAll(() => platform.close());

  it.each([
    { line: 'GET /v1/health', why: 'its function' },
    { line: 'GET /v1/keys', why: 'the authorizer' },
  ])('of $why, $line gets 500, as by API Gateway', async ({ line }) => {
    const ask = overHttp(platform.cloud.urls.api);
    const response = await ask(line, { token: platform.tokens.teamToken });

    expect([response.status, response.body]).toEqual([500, { message: 'Internal Server Error' }]);
    expect((await ask('GET /nothing')).status).toBe(404);
  });

  it('an event of a rule goes to the dead-letter queue at once, with the reason', async () => {
    await put(platform, 'latchkey.effects', 'EffectDue');

    const { event, attributes } = await letterOf(platform, /onEffectDue$/);
    expect(event).toMatchObject({ source: 'latchkey.effects', 'detail-type': 'EffectDue' });
    expect(attributes).toMatchObject({
      ERROR_CODE: 'NO_PERMISSIONS',
      RULE_ARN: expect.stringMatching(/:rule\/latchkey-local\/latchkey-local-onEffectDue-rule-1$/),
      RETRY_ATTEMPTS: '0',
    });
  });

  it('a schedule has its events in the dead-letter queue', async () => {
    const { event, attributes } = await letterOf(platform, /onSweep$/);

    expect(event).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event' });
    expect(attributes.ERROR_MESSAGE).toContain('is not authorized to perform: lambda:InvokeFunction');
  });

  it('a topic gets nothing, and the event goes to the dead-letter queue', async () => {
    await put(platform, 'latchkey', 'DatabaseFailed');

    const { attributes } = await letterOf(platform, /:latchkey-local-operators$/);
    expect(attributes.ERROR_CODE).toBe('NO_PERMISSIONS');
    expect(platform.cloud.sns.published()).toEqual([]);
  });

  it("a state machine's task fails with Lambda's error", async () => {
    const { cloud, aws } = platform;
    const stateMachineArn = cloud.stack.machines.find(({ name }) => name.endsWith('destroy-database'))?.arn;
    const { executionArn } = await aws(cloud.states, 'StartExecution', { stateMachineArn, input: '{}' });

    const failure = await until('the task', async () => {
      const { events } = (await aws(cloud.states, 'GetExecutionHistory', { executionArn })) as {
        events: { type: string; lambdaFunctionFailedEventDetails?: { error: string; cause: string } }[];
      };
      return events.find(({ type }) => type === 'LambdaFunctionFailed')?.lambdaFunctionFailedEventDetails;
    });
    expect(failure.error).toBe('Lambda.AWSLambdaException');
    expect(failure.cause).toMatch(
      new RegExp(
        '^User: arn:aws:sts::210987654321:assumed-role/latchkey-local-MachineRole/\\S+ is not authorized to perform: ' +
          'lambda:InvokeFunction on resource: arn:aws:lambda:\\S+:latchkey-local-destroyDatabase because no ' +
          'identity-based policy',
      ),
    );
  });
});
