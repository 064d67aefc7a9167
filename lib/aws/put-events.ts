/**
 * Divides messages into PutEvents requests. Pure.
 * Sources: EventBridge user guide, "Calculating PutEvents event entry size"; API reference, PutEvents.
 */
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';

const maxEntries = 10;
/** The limit, exclusive, of an entry and of all entries of a request. */
export const sizeLimit = 256 * 1024;
const timeBytes = 14;

/** The size as AWS counts it. */
export function entryBytes({ Time, Source, DetailType, Detail, Resources = [] }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce<number>((sum, text) => sum + Buffer.byteLength(text ?? ''), Time === undefined ? 0 : timeBytes);
}

export interface Sized {
  readonly bytes: number;
}

/** Slices within the limits of a request, in order. No message may exceed the limit by itself. */
export function toSlices<T extends Sized>(messages: readonly T[]): T[][] {
  const slices: T[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const last = slices.at(-1);
    if (last && last.length < maxEntries && bytes + message.bytes < sizeLimit) {
      last.push(message);
      bytes += message.bytes;
    } else {
      slices.push([message]);
      bytes = message.bytes;
    }
  }
  return slices;
}
