/**
 * The JSONata functions that Step Functions adds. Source: Step Functions guide, "transforming-data".
 * `$now` and `$millis` read the interpreter's clock. AWS does not support `$eval`; definitions that use it are refused.
 */
import { createHash, randomUUID } from 'node:crypto';
import jsonata from 'jsonata';

/** The maximum number of elements of JSONata's operator `..`. */
const rangeLimit = 10_000_000;

const hashes: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function partition(array: unknown, size: unknown): unknown {
  if (array === undefined) return undefined;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1)
    throw new Error('The chunk size of $partition must be a positive integer.');
  const items = Array.isArray(array) ? array : [array];
  return Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
}

function range(start: unknown, end: unknown, step: unknown): unknown {
  const numbers = [start, end, step].every((value) => typeof value === 'number' && Number.isFinite(value));
  if (!numbers || step === 0) throw new Error('$range takes three numbers: first, last and a step that is not 0.');
  const [from, to, by] = [Number(start), Number(end), Number(step)];
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > rangeLimit) throw new Error('$range would return too many elements.');
  return sequence(Array.from({ length }, (_, index) => from + index * by));
}

/** Marks a list as a JSONata sequence: an expression returns the only member of a list, not the list. */
const sequence = (items: unknown[]) => Object.defineProperty(items, 'sequence', { value: true });

function hash(data: unknown, algorithm: unknown): unknown {
  if (data === undefined) return undefined;
  const name = typeof algorithm === 'string' ? hashes[algorithm] : undefined;
  if (!name) throw new Error(`$hash takes one of ${Object.keys(hashes).join(', ')}.`);
  return createHash(name)
    .update(typeof data === 'string' ? data : JSON.stringify(data))
    .digest('hex');
}

/** A number in [0, 1), deterministic for a seed. */
function random(seed: unknown): number {
  if (seed === undefined) return Math.random();
  return createHash('sha256').update(String(seed)).digest().readUIntBE(0, 6) / 2 ** 48;
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw new Error('$parse takes a string.');
  return JSON.parse(text);
}

const fromMillis = jsonata('$fromMillis($at, $picture, $zone)');

/** Bindings for all machines. */
export const jsonataFunctions = (now: () => Date): Readonly<Record<string, unknown>> => ({
  partition,
  range,
  hash,
  random,
  parse,
  uuid: () => randomUUID(),
  millis: () => now().getTime(),
  now: (picture?: string, zone?: string) => fromMillis.evaluate(undefined, { at: now().getTime(), picture, zone }),
});
