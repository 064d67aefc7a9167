/**
 * The overhead of a request over its SDK calls: the same calls are sent alone, in the same groups, alternating with the
 * request.
 */
import { handler as databases } from '#functions/api/databases.ts';
import { handler as reads } from '#functions/api/reads.ts';
import { type World, withAws } from './requests/aws.ts';
import { type ApiRequest, apiEvent, lambdaContext } from './requests/events.ts';
import { type RecordedCall, recordedCalls, waves } from './requests/recorded-calls.ts';
import { inputForReplay } from './requests/replay.ts';
import { against, type Measurement, type Row } from './row.ts';
import { median, percentile } from './statistics.ts';

interface Subject {
  readonly name: string;
  readonly times: number;
  /** Returns a response for API Gateway. */
  readonly handle: (event: unknown) => Promise<unknown>;
  readonly requestOf: (world: World, round: number) => ApiRequest;
}

const getKeyRequest: Subject = {
  name: 'GET /v1/keys/{key}',
  times: 1000,
  handle: async (event) => reads(event as never, lambdaContext() as never),
  requestOf: ({ keyId }) => ({ route: 'GET /v1/keys/{key}', params: { key: keyId } }),
};

const createDatabaseRequest: Subject = {
  name: 'POST /v1/databases',
  times: 400,
  handle: async (event) => databases(event as never, lambdaContext() as never),
  requestOf: ({ app, keyArn }, round) => ({
    route: 'POST /v1/databases',
    body: { name: `orders-${round}`, plan: 'private-7', app, encryptionKey: keyArn },
  }),
};

export const row: Row = {
  key: 'request-overhead',
  title: 'Request overhead',
  measure: (say) =>
    withAws(async (world) => {
      const found: Measurement[] = [];
      for (const subject of [getKeyRequest, createDatabaseRequest])
        found.push(...(await measured(world, subject, say)));
      return found;
    }),
};

/** Iterations until the code is compiled. */
const warmUp = 100;

async function measured(world: World, subject: Subject, say: (line: string) => void): Promise<Measurement[]> {
  const { name, times, handle, requestOf } = subject;
  const whole: number[] = [];
  const bare: number[] = [];
  const eventOf = (round: number) => apiEvent(world, requestOf(world, round));
  const request = async (event: unknown) => {
    const { statusCode, body } = (await handle(event)) as { statusCode: number; body?: string };
    if (statusCode >= 300) throw new Error(`${name} was answered ${statusCode}: ${body}`);
  };
  const groups = waves(await recordedCalls(() => request(eventOf(0))));
  for (let round = 1; round <= warmUp + times; round++) {
    if (round % 100 === 0) say(`${name}, ${round} of ${warmUp + times}`);
    // The caller makes the event and the inputs, which belong to neither measurement.
    const event = eventOf(round);
    const calls = groups.map((group) =>
      group.map(({ again, input }) => again.bind(null, inputForReplay(input, String(round)))),
    );
    const turns = [
      async () => whole.push(await timed(() => request(event))),
      async () => bare.push(await timed(() => sentBare(calls))),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  const [ours, theirs] = [whole.slice(warmUp), bare.slice(warmUp)];
  return [
    against(median(theirs), { name: `${name}, median`, value: median(ours), unit: 'ms', atMost: 1.15 }),
    against(percentile(theirs, 99), { name: `${name}, p99`, value: percentile(ours, 99), unit: 'ms', atMost: 1.5 }),
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function sentBare(groups: readonly (readonly RecordedCall['again'][])[]): Promise<void> {
  for (const group of groups) await Promise.all(group.map((send) => send()));
}
