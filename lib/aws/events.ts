/** The platform's event bus: timeline entries go out as events, effects as the internal event `EffectDue`. */

import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { eventConfig } from '#lib/config.ts';
import type { Pending, Published, Refusal } from '#lib/model/outbox-message.ts';
import type { EventBus } from '#lib/model/ports.ts';
import { roleCredentials } from './credentials.ts';
import { entryBytes, sizeLimit, toSlices } from './put-events.ts';

export const source = 'latchkey';
/** Effects are the platform's own business: another source, so that no rule on `latchkey` sees them. */
const effectSource = 'latchkey.effects';

let client: EventBridgeClient | undefined;

interface Message {
  readonly id: string;
  readonly entry: PutEventsRequestEntry;
  readonly bytes: number;
}

type Send = (entries: PutEventsRequestEntry[]) => Promise<readonly PutEventsResultEntry[]>;

export const eventBus = (): EventBus => ({ publish: publishing(sent) });

const sent: Send = async (Entries) => {
  client ??= new EventBridgeClient({ maxAttempts: 3, ...roleCredentials() });
  return (await client.send(new PutEventsCommand({ Entries }))).Entries ?? [];
};

/** A faulty message does not keep others from being sent. Never throws: `failure` says why the bus did not respond. */
export const publishing =
  (send: Send) =>
  async (pending: readonly Pending[]): Promise<Published> => {
    const messages = pending.map(messageOf);
    const tooLarge = messages.filter(({ bytes }) => bytes >= sizeLimit);
    const taken: string[] = [];
    const refused: Refusal[] = tooLarge.map(({ id, bytes }) => ({
      id,
      reason: `too_large: ${bytes} bytes`,
      final: true,
    }));
    for (const slice of toSlices(messages.filter(({ bytes }) => bytes < sizeLimit))) {
      const published = await sliceSent(send, slice);
      taken.push(...published.taken);
      refused.push(...published.refused);
      if (published.failure) return { taken, refused, failure: published.failure };
    }
    return { taken, refused, failure: null };
  };

/** If the bus refuses the whole request because of one message, each message is sent separately. */
async function sliceSent(send: Send, slice: readonly Message[]): Promise<Published> {
  try {
    const results = await send(slice.map(({ entry }) => entry));
    return {
      taken: slice.filter((_, index) => results[index]?.EventId).map(({ id }) => id),
      refused: slice.flatMap(({ id }, index) => refusalIn(id, results[index])),
      failure: null,
    };
  } catch (error) {
    if (!isRefusal(error)) return { taken: [], refused: [], failure: error };
    const [first, ...others] = slice;
    if (others.length === 0)
      return { taken: [], refused: first ? [{ id: first.id, reason: error.name, final: true }] : [], failure: null };
    const each = await Promise.all(slice.map((message) => sliceSent(send, [message])));
    return {
      taken: each.flatMap(({ taken }) => taken),
      refused: each.flatMap(({ refused }) => refused),
      failure: each.find(({ failure }) => failure)?.failure ?? null,
    };
  }
}

/**
 * Errors of the message itself, which a retry does not fix; other codes may be failures of the bus or the deployment.
 */
const finalCodes = ['MalformedDetail', 'RedactionFailure'];
const finalErrors = ['ValidationException', 'SerializationException', 'RequestEntityTooLargeException'];

const isRefusal = (error: unknown): error is Error => error instanceof Error && finalErrors.includes(error.name);

function refusalIn(id: string, result: PutEventsResultEntry | undefined): Refusal[] {
  const code = result?.ErrorCode;
  return code ? [{ id, reason: code, final: finalCodes.includes(code) }] : [];
}

function messageOf(pending: Pending): Message {
  const entry = asEvent(pending);
  return { id: pending.id, entry, bytes: entryBytes(entry) };
}

function asEvent({ id, effect }: Pending): PutEventsRequestEntry {
  const EventBusName = eventConfig().EVENT_BUS_NAME;
  if (effect.kind === 'webhooks') {
    const Detail = JSON.stringify({ id, teamId: effect.teamId });
    return { EventBusName, Source: effectSource, DetailType: 'WebhookDue', Detail };
  }
  if (effect.kind !== 'event') {
    return { EventBusName, Source: effectSource, DetailType: 'EffectDue', Detail: JSON.stringify({ id }) };
  }
  const { type, ...detail } = effect.entry;
  return { EventBusName, Source: source, DetailType: type, Time: new Date(detail.at), Detail: JSON.stringify(detail) };
}
