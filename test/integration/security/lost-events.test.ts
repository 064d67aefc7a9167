/** A dead-letter queue whose policy does not admit EventBridge, or a role that may not send to it, keeps nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { deadLetters, put } from '#test/support/dead-letters.ts';
import { without, withoutActions, withoutRight, withProperties } from '#test/support/template.ts';
import { until } from '#test/support/when.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform({
    change: (template) => {
      const unheard = without(template, 'AWS::Lambda::Permission', (id) => id.startsWith('OnEffectDueEventBridge'));
      const closed = without(unheard, 'AWS::SQS::QueuePolicy', () => true);
      const failing = withoutRight(closed, 'onForkWatch', 'table:read');
      return withProperties(failing, 'RoleOfonForkWatch', (role) => withoutActions(role, ['sqs:SendMessage']));
    },
  });
});
afterAll(() => platform.close());

it('an event that EventBridge may neither deliver nor keep is lost', async () => {
  await put(platform, 'latchkey.effects', 'EffectDue');

  const lost = await until('the loss', () =>
    lines().find(({ targetArn }) => targetArn.endsWith(':latchkey-local-onEffectDue')),
  );
  expect(lost.error).toContain('is not authorized to perform: lambda:InvokeFunction');
  expect(await deadLetters(platform)).toEqual([]);
});

it('an event that a function failed on is lost if its role may not send to the queue', async () => {
  await until('the refusal', () => platform.refused().some((each) => each.startsWith('onForkWatch: sqs:SendMessage')));

  expect(await deadLetters(platform)).toEqual([]);
});

/** The emulator's own record of lost events. */
function lines(): { targetArn: string; error: string }[] {
  const file = join(platform.cloud.dir, 'events', 'dead-letters.jsonl');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
