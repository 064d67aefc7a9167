/** PutEvents: each entry is accepted or refused on its own, with AWS's codes. */
import { randomUUID } from 'node:crypto';
import { AwsError, type Call } from '../protocol.ts';
import type { BusEvent } from './bus-event.ts';
import type { PutRequest } from './bus-policy.ts';
import { acceptsEvents, type Bus, type Buses } from './buses.ts';
import { constraint, validationError } from './rule-operations.ts';

type Entry = Readonly<Record<string, unknown>>;
interface Failure {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

const maxEntries = 10;
/** PutEvents, user guide, "Calculating event entry size": all entries together. */
const maxBytes = 256 * 1024;
const timeBytes = 14;

/** Puts each valid entry through `put`, and returns a result for each entry, in order. */
export function putEvents(
  buses: Buses,
  { input, caller, region }: Call,
  { put, now }: { put(bus: Bus, event: BusEvent): void; now(): Date },
): unknown {
  const given = input.Entries;
  if (!Array.isArray(given) || given.length === 0 || given.length > maxEntries) {
    const bound =
      Array.isArray(given) && given.length > 0 ? `less than or equal to ${maxEntries}` : 'greater than or equal to 1';
    throw validationError(constraint(`'${given}' at 'entries'`, `have length ${bound}`));
  }
  const entries = given as Entry[];
  if (entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > maxBytes)
    throw validationError('Total size of the entries in the request is over the limit.');
  const results = entries.map((entry) => {
    const sameBus = entries.filter(({ EventBusName }) => EventBusName === entry.EventBusName);
    const failure =
      entryFailure(entry) ??
      busFailure(buses, { accountId: caller.accountId, ...kindsOf(sameBus) }, entry.EventBusName);
    if (failure) return failure;
    const event = eventOf(entry, { account: caller.accountId, region, now: now() });
    put(buses.named(entry.EventBusName, caller.accountId), event);
    return { EventId: event.id };
  });
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

function bytesOf({ Time, Source, DetailType, Detail, Resources }: Entry): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? Resources : [])];
  return texts.reduce(
    (sum: number, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    Time === undefined ? 0 : timeBytes,
  );
}

function entryFailure(entry: Entry): Failure | undefined {
  const missing = ['Source', 'DetailType', 'Detail'].find(
    (name) => typeof entry[name] !== 'string' || entry[name] === '',
  );
  if (missing) return invalid(`Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`);
  if (String(entry.DetailType).length > 128)
    return invalid('Parameter DetailType is not valid. Reason: DetailType is longer than 128 characters.');
  if (String(entry.Source).startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  return detailOf(entry) ? undefined : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

const invalid = (ErrorMessage: string): Failure => ({ ErrorCode: 'InvalidArgument', ErrorMessage });

const kindsOf = (entries: readonly Entry[]) => ({
  sources: [...new Set(entries.map(({ Source }) => String(Source)))],
  detailTypes: [...new Set(entries.map(({ DetailType }) => String(DetailType)))],
});

function busFailure(buses: Buses, request: PutRequest, busName: unknown): Failure | undefined {
  try {
    if (acceptsEvents(buses.named(busName, request.accountId), request)) return undefined;
    return { ErrorCode: 'AccessDeniedException', ErrorMessage: `Not authorized to put events on ${busName}.` };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return invalid(error.message);
  }
}

function detailOf({ Detail }: Entry): BusEvent['detail'] | undefined {
  try {
    const detail: unknown = JSON.parse(String(Detail));
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail)
      ? (detail as BusEvent['detail'])
      : undefined;
  } catch {
    return undefined;
  }
}

function eventOf(entry: Entry, { account, region, now }: { account: string; region: string; now: Date }): BusEvent {
  const time = typeof entry.Time === 'number' ? new Date(entry.Time * 1000) : now;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': String(entry.DetailType),
    source: String(entry.Source),
    account,
    time: `${time.toISOString().slice(0, 19)}Z`,
    region,
    resources: Array.isArray(entry.Resources) ? entry.Resources.map(String) : [],
    detail: detailOf(entry) ?? {},
  };
}
