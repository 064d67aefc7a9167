/** Records the AWS calls of code in this process: each command that a client of the SDK sends, in order. */
import { KMSClient } from '@aws-sdk/client-kms';

export interface SentCall {
  /** `KMSClient`, `DynamoDBDocumentClient`, … */
  readonly client: string;
  /** `GetCommand`, … */
  readonly command: string;
  readonly input: unknown;
}

export interface RecordedCall extends SentCall {
  /** Null if the call failed. */
  readonly output: unknown;
  /** Milliseconds. Calls that overlap were concurrent. */
  readonly from: number;
  readonly to: number;
  /** Sends the same command by the same client, or with other input. */
  readonly again: (input?: unknown) => Promise<unknown>;
}

interface Command {
  readonly input: unknown;
}
type Send = (this: object, command: Command) => Promise<unknown>;

/** The common prototype of all clients of the SDK. */
const prototype = Object.getPrototypeOf(KMSClient.prototype) as { send: Send };

/** Runs the work and returns its calls. Does not support concurrent recordings. */
export async function recordedCalls(work: () => Promise<unknown>): Promise<RecordedCall[]> {
  const calls: RecordedCall[] = [];
  const { send } = prototype;
  prototype.send = async function recorded(command) {
    const Kind = command.constructor as new (input: unknown) => Command;
    const sent = { client: this.constructor.name, command: Kind.name, input: command.input };
    const again: RecordedCall['again'] = (input = command.input) => send.call(this, new Kind(input));
    const from = performance.now();
    try {
      const output = await send.call(this, command);
      calls.push({ ...sent, again, output, from, to: performance.now() });
      return output;
    } catch (error) {
      calls.push({ ...sent, again, output: null, from, to: performance.now() });
      throw error;
    }
  };
  try {
    await work();
  } finally {
    prototype.send = send;
  }
  return calls.sort((a, b) => a.from - b.from);
}

/** Groups of concurrent calls, in sequence: one group per round trip that the work waited for. */
export function waves(calls: readonly RecordedCall[]): RecordedCall[][] {
  const groups: RecordedCall[][] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const call of calls) {
    if (call.from >= until) groups.push([]);
    groups.at(-1)?.push(call);
    until = Math.max(until, call.to);
  }
  return groups;
}
