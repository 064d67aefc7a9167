/** `docs/events.md`: the events, for listeners on the bus and readers of a timeline. */
import * as z from 'zod/mini';
import { source } from '#lib/aws/events.ts';
import type { EventType, events as known } from '#lib/model/events.ts';
import { code, generatedFrom, page, prose, table } from './markdown.ts';

/** `example` is the text of examples/webhook-receiver/read-event.ts. */
export function eventsPage(events: typeof known, example: string): string {
  const names = Object.keys(events) as EventType[];
  const types = ['LockoutOpened', 'DatabasesStopped', 'DatabasesRestored'] satisfies EventType[];
  const pattern = { account: ['210987654321'], source: [source], 'detail-type': types };
  return page(
    '# Events',
    generatedFrom(code('lib/model/events.ts')),
    prose(
      `Each change writes entries to the team's timeline in the same transaction, and each entry is published on
      Latchkey's event bus: \`source\` is \`${source}\`, \`detail-type\` is a name of the table below, and \`detail\` is
      the entry. Delivery is at-least-once and unordered: \`detail.id\` identifies a duplicate, and \`detail.seq\` is
      the entry's place in the team's chain.`,
    ),
    table(['Member of `detail`', 'Meaning'], members),
    prose(
      `A rule for the steps of a lockout. EventBridge sets \`account\`, which is the platform's account; every publisher
      on the bus sets its own \`source\`.`,
    ),
    ['```json', JSON.stringify(pattern), '```'].join('\n'),
    ...webhookSection(example),
    '## Types',
    table(
      ['Type', '`data`'],
      names.map((name) => [code(name), dataOf(events[name]())]),
    ),
  );
}

const members = [
  ['`id`', "The entry's id"],
  ['`teamId`', 'The team of the timeline'],
  ['`seq`', "The entry's place in the team's chain, from 1, without gaps"],
  ['`at`', 'The time, in UTC'],
  [
    '`actor`',
    '`kind` and `id`: a token, an event, the sweep, a workflow, the AWS principal that an event names, an ' +
      'operator',
  ],
  [
    '`subject`',
    'The ids of the resources: `keyId`, `databaseId`, `databaseIds`, `lockoutId`, `appId`, `spaceId`, ' +
      '`tokenId`, `webhookId`',
  ],
  ['`data`', "Depends on the type, see below; `arn` is the key's full ARN"],
  ['`previousHash`, `hash`', 'The link in the chain; `GET /v1/timeline/verification` computes it again'],
];

const webhookSection = (example: string): string[] => [
  '## Webhooks',
  prose(
    `The same events reach a URL of the team: \`POST /v1/webhooks {url, types?}\` responds with a secret, which is never
    shown again. Each delivery is a POST request, signed as [Standard Webhooks](https://www.standardwebhooks.com) says.
    Its body is a CloudEvent in JSON: \`source\`, \`type\`, \`id\` and \`time\` are those of the event on the bus, and
    \`data\` is its \`detail\`. Verify it before you use it ([source](../examples/webhook-receiver/read-event.ts)):`,
  ),
  ['```ts', example.trimEnd(), '```'].join('\n'),
  [
    '- **Respond with 2xx within ten seconds**, then work. Redirects are not followed, and the response body is ' +
      'ignored.',
    "- **Delivery is at-least-once and unordered.** The `webhook-id` is the event's id, and the same in every attempt.",
    '- **Retries** follow after 5 seconds, 1, 5 and 30 minutes, 2, 6, 12 and 24 hours, each up to a fifth later, and ' +
      'up to\n  a minute later from the second on. `Retry-After` delays a retry, by a day at most.',
    '- **A webhook is paused** when every attempt of five days failed, and disabled when the receiver responds 410. ' +
      'Admins\n  get a mail. `PATCH /v1/webhooks/{webhook} {"status":"active"}` resumes it. Events of the time ' +
      'between are in the\n  timeline only.',
    '- **Rotation**: `POST /v1/webhooks/{webhook}/secret-rotation` gives a new secret. Deliveries have a signature ' +
      'by each\n  of both secrets for 24 hours, or for `overlapHours`.',
    '- **Deliveries** of the last 30 days: `GET /v1/webhooks/{webhook}/deliveries`. `POST\n' +
      '  …/deliveries/{delivery}/redelivery` sends one again, and `POST …/pings` sends an event of the type ' +
      '`WebhookPing`.',
    '- **Receivers are public**: `https://`, port 443 or 8443, and no private address ([why](security.md#webhooks)).',
  ].join('\n'),
];

interface JsonSchema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

function dataOf(event: z.ZodMiniObject): string {
  const { description, properties = {} } = z.toJSONSchema(event) as JsonSchema;
  const fields = membersOf(properties);
  return description ? `${description}.<br>${fields}` : fields;
}

/** The meaning of `arn` is the same in all events, and the page states it once. */
const membersOf = (properties: Readonly<Record<string, JsonSchema>>): string =>
  Object.entries(properties)
    .map(([name, schema]) =>
      name === 'arn'
        ? code(name)
        : `${code(name)} ${shapeOf(schema)}${schema.description ? ` (${schema.description})` : ''}`,
    )
    .join('<br>');

function shapeOf({ type = 'any', enum: values, items, anyOf, properties }: JsonSchema): string {
  if (anyOf) return anyOf.map(shapeOf).join(' or ');
  if (values) return values.map(code).join(', ');
  if (items) return `list of ${shapeOf(items)}`;
  return properties ? `{ ${Object.keys(properties).map(code).join(', ')} }` : [type].flat().join(' or ');
}
