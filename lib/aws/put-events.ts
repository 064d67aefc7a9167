/** How messages become requests of PutEvents. Sources: "Calculating PutEvents event entry size", user guide; PutEvents, API reference. Pure. */
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';

const mostEntries = 10;
/** An entry, and the entries of a request together, must stay below it. */
export const sizeLimit = 256 * 1024;
const timeBytes = 14;

/** As AWS counts it. */
export function entryBytes({ Time, Source, DetailType, Detail, Resources = [] }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce<number>((sum, text) => sum + Buffer.byteLength(text ?? ''), Time === undefined ? 0 : timeBytes);
}

export interface Sized {
  readonly bytes: number;
}

/** In order, each slice within the limits of a request; what is too large by itself must not be among them. */
export function sliced<T extends Sized>(messages: readonly T[]): T[][] {
  const slices: T[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const last = slices.at(-1);
    if (last && last.length < mostEntries && bytes + message.bytes < sizeLimit) {
      last.push(message);
      bytes += message.bytes;
    } else {
      slices.push([message]);
      bytes = message.bytes;
    }
  }
  return slices;
}
