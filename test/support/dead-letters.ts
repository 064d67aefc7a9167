/** The dead-letter queue of a platform, and events that may end there. */
import type { Platform } from './cloud.ts';
import { until } from './when.ts';

export interface DeadLetter {
  readonly event: { readonly source: string; readonly 'detail-type': string };
  readonly attributes: Readonly<Record<string, string>>;
}

/** Receives what is in the dead-letter queue, and leaves it there. */
export async function deadLetters({ cloud, aws }: Platform): Promise<DeadLetter[]> {
  const input = { QueueUrl: cloud.stack.queues[0]?.url, MaxNumberOfMessages: 1000, VisibilityTimeout: 0 };
  const { Messages = [] } = (await aws(cloud.sqs, 'ReceiveMessage', input)) as {
    Messages?: { Body: string; MessageAttributes: Record<string, { StringValue: string }> }[];
  };
  return Messages.map(({ Body, MessageAttributes }) => ({
    event: JSON.parse(Body),
    attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, each]) => [name, each.StringValue])),
  }));
}

/** Waits for an event that did not reach a target. */
export const letterOf = (platform: Platform, target: RegExp) =>
  until('a dead letter', async () =>
    (await deadLetters(platform)).find(({ attributes }) => target.test(attributes.TARGET_ARN ?? '')),
  );

/** Puts an event on the platform's bus. */
export const put = ({ cloud, aws }: Platform, Source: string, DetailType: string) =>
  aws(cloud.events, 'PutEvents', {
    Entries: [{ EventBusName: cloud.environment.EVENT_BUS_NAME, Source, DetailType, Detail: '{"id":"out_1"}' }],
  });
