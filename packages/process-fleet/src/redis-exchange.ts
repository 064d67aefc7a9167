/**
 * A few commands to a Redis on this machine, on a connection of their own with a deadline. It stands instead of a
 * client library because nothing here may reconnect, queue or outlive its deadline, and it starts in no time.
 * Does not: read arrays or RESP3, subscribe, or speak TLS.
 */
import { connect } from 'node:net';
import { adminUser } from './redis-conf.ts';

export type Reply = string | number | null;

export interface RedisAddress {
  readonly port: number;
  readonly password: string;
}

/** An error response of Redis; its text is the message. */
export class RedisRefusal extends Error {
  override readonly name = 'RedisRefusal';
}

/** No response: the connection failed or ended, the deadline passed, or the administrator's login was rejected. */
export class RedisUnreachable extends Error {
  override readonly name = 'RedisUnreachable';
}

/**
 * Logs in, sends the commands at once, and returns their replies in order. Throws `RedisRefusal`, `RedisUnreachable`.
 */
export async function exchange(
  at: RedisAddress,
  commands: readonly (readonly string[])[],
  withinMs: number,
): Promise<Reply[]> {
  const [login, ...replies] = await roundTrip(at.port, [['AUTH', adminUser, at.password], ...commands], withinMs);
  if (login instanceof RedisRefusal) throw new RedisUnreachable(`the login was refused: ${login.message}`);
  return replies.map((reply) => {
    if (reply instanceof RedisRefusal) throw reply;
    return reply ?? null;
  });
}

function roundTrip(
  port: number,
  commands: readonly (readonly string[])[],
  withinMs: number,
): Promise<(Reply | RedisRefusal)[]> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: '127.0.0.1', port });
    const fail = (why: string) => {
      clearTimeout(deadline);
      socket.destroy();
      reject(new RedisUnreachable(why));
    };
    const deadline = setTimeout(() => fail(`no response within ${withinMs} ms`), withinMs);
    socket.on('error', (error) => fail(error.message));
    socket.on('connect', () => socket.write(commands.map(encode).join('')));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const replies = repliesIn(received);
      // An error before the login's reply, as with too many clients, is the only reply.
      if (replies.length < commands.length && !(replies[0] instanceof RedisRefusal)) return;
      clearTimeout(deadline);
      socket.destroy();
      resolve(replies);
    });
    socket.on('close', () => fail('the connection ended'));
  });
}

const encode = (words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

/** The complete replies at the beginning of the received bytes. */
export function repliesIn(received: Buffer): (Reply | RedisRefusal)[] {
  const replies: (Reply | RedisRefusal)[] = [];
  for (let at = 0; at < received.length; ) {
    const lineEnd = received.indexOf('\r\n', at);
    if (lineEnd < 0) break;
    const kind = received.toString('latin1', at, at + 1);
    const line = received.toString('utf8', at + 1, lineEnd);
    const next = kind === '$' && line !== '-1' ? lineEnd + 4 + Number(line) : lineEnd + 2;
    if (next > received.length) break;
    replies.push(kind === '$' ? bulk(received.subarray(lineEnd + 2, next - 2), line) : simple(kind, line));
    at = next;
  }
  return replies;
}

const bulk = (content: Buffer, length: string): string | null => (length === '-1' ? null : content.toString('utf8'));

function simple(kind: string, line: string): Reply | RedisRefusal {
  if (kind === '+') return line;
  if (kind === ':') return Number(line);
  return new RedisRefusal(kind === '-' ? line : `a reply of an unexpected kind: ${kind}`);
}
