/**
 * Reads members of a request. A missing member is null. Throws `ValidationException` with AWS's text for a member
 * outside its bounds, and `SerializationException` for one of the wrong JSON type.
 */
import { isRecord } from '../is-record.ts';
import { AwsError } from '../protocol.ts';
import { validation } from './errors.ts';
import type { TextMap } from './records.ts';

export type Input = Readonly<Record<string, unknown>>;

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** The path of a structure in its request, as `tags.1.member.`; the request itself has none. */
const paths = new WeakMap<Input, string>();

/** As AWS names a member: `tags.1.member.tagKey`. */
const pathOf = (input: Input, name: string) =>
  `${paths.get(input) ?? ''}${name.charAt(0).toLowerCase()}${name.slice(1)}`;

function withPath<T extends Input>(structure: T, place: string): T {
  paths.set(structure, place);
  return structure;
}

/** `shown` is the value as AWS quotes it; AWS does not quote secrets or lists. */
function violation(path: string, constraint: string, shown = '') {
  const quoted = shown === '' ? '' : `${shown} `;
  return validation(
    `1 validation error detected: Value ${quoted}at '${path}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

const wrongType = (path: string, wanted: string) =>
  new AwsError('SerializationException', `${path} can not be converted to ${wanted}`);

function checkLength(path: string, length: number, { bounds, shown = '' }: { bounds: Bounds; shown?: string }) {
  const { min = 0, max = Number.POSITIVE_INFINITY } = bounds;
  if (length < min) throw violation(path, `have length greater than or equal to ${min}`, shown);
  if (length > max) throw violation(path, `have length less than or equal to ${max}`, shown);
}

export function text(input: Input, name: string, bounds: Bounds & { pattern?: RegExp } = {}): string | null {
  const value = input[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw wrongType(pathOf(input, name), 'a String');
  const shown = `'${value}'`;
  checkLength(pathOf(input, name), value.length, { bounds, shown });
  if (bounds.pattern && !bounds.pattern.test(value)) {
    throw violation(pathOf(input, name), `satisfy regular expression pattern: ${bounds.pattern.source}`, shown);
  }
  return value;
}

export function requiredText(input: Input, name: string, bounds: Bounds & { pattern?: RegExp } = {}): string {
  const value = text(input, name, bounds);
  if (value === null) throw violation(pathOf(input, name), 'not be null', 'null');
  return value;
}

export function flag(input: Input, name: string): boolean {
  const value = input[name] ?? false;
  if (typeof value !== 'boolean') throw wrongType(pathOf(input, name), 'a Boolean');
  return value;
}

export function integer(input: Input, name: string, { min, max }: { min: number; max: number }): number | null {
  const value = input[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(pathOf(input, name), 'an Integer');
  if (value < min) throw violation(pathOf(input, name), `have value greater than or equal to ${min}`, `'${value}'`);
  if (value > max) throw violation(pathOf(input, name), `have value less than or equal to ${max}`, `'${value}'`);
  return value;
}

/** In milliseconds; in seconds on the wire. */
export function timestamp(input: Input, name: string): number | null {
  const value = input[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType(pathOf(input, name), 'a Timestamp');
  return value * 1000;
}

export function choice<const T extends string>(input: Input, name: string, values: readonly T[]): T | null {
  const value = text(input, name);
  if (value === null) return null;
  const found = values.find((candidate) => candidate === value);
  if (!found) throw violation(pathOf(input, name), `satisfy enum value set: [${values.join(', ')}]`, `'${value}'`);
  return found;
}

export function requiredChoice<const T extends string>(input: Input, name: string, values: readonly T[]): T {
  const value = choice(input, name, values);
  if (value === null) throw violation(pathOf(input, name), 'not be null', 'null');
  return value;
}

/** In base64 on the wire; `bounds` count its bytes. */
export function blob(input: Input, name: string, bounds: Bounds): Buffer | null {
  const value = input[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0)
    throw wrongType(pathOf(input, name), 'a Blob');
  const bytes = Buffer.from(value, 'base64');
  checkLength(pathOf(input, name), bytes.length, { bounds });
  return bytes;
}

export function requiredBlob(input: Input, name: string, bounds: Bounds): Buffer {
  const value = blob(input, name, bounds);
  if (value === null) throw violation(pathOf(input, name), 'not be null', 'null');
  return value;
}

export function structure(input: Input, name: string): Input | null {
  const value = input[name];
  if (value === undefined || value === null) return null;
  if (!isRecord(value)) throw wrongType(pathOf(input, name), 'a structure');
  return withPath(value, `${pathOf(input, name)}.`);
}

/** An absent map is empty, as on AWS. */
export function textMap(input: Input, name: string): TextMap {
  const entries = Object.entries(structure(input, name) ?? {}).map(([key, value]): [string, string] => {
    if (typeof value !== 'string') throw wrongType(pathOf(input, name), 'a map of Strings');
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function list(input: Input, name: string, bounds: Bounds = {}): readonly unknown[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value)) throw wrongType(pathOf(input, name), 'a list');
  checkLength(pathOf(input, name), value.length, { bounds });
  return value;
}

export function textList(input: Input, name: string, bounds: Bounds = {}): readonly string[] {
  return list(input, name, bounds).map((value) => {
    if (typeof value !== 'string') throw wrongType(pathOf(input, name), 'a list of Strings');
    return value;
  });
}

export function structureList(input: Input, name: string, bounds: Bounds = {}): readonly Input[] {
  return list(input, name, bounds).map((value, index) => {
    if (!isRecord(value)) throw wrongType(pathOf(input, name), 'a list of structures');
    return withPath(value, `${pathOf(input, name)}.${index + 1}.member.`);
  });
}

export function choiceList<const T extends string>(
  input: Input,
  name: string,
  { values, ...bounds }: Bounds & { values: readonly T[] },
): readonly T[] {
  const texts = textList(input, name, bounds);
  const known = texts.flatMap((text) => values.find((value) => value === text) ?? []);
  if (known.length === texts.length) return known;
  const constraint = `satisfy constraint: [Member must satisfy enum value set: [${values.join(', ')}]]`;
  throw violation(pathOf(input, name), constraint, `'[${texts.join(', ')}]'`);
}
