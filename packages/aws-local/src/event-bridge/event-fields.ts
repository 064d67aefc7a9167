/** An event as patterns match it: its scalars by path. Empty objects and arrays have no path. */
import { isRecord } from '../is-record.ts';
import type { Scalar } from './matchers.ts';

/** The index of the item in each array of objects on the path. */
export type Items = ReadonlyMap<string, number>;

export interface Field {
  readonly value: Scalar;
  readonly items: Items;
}

/** By path: names joined with dots. */
export function fieldsOf(event: unknown): ReadonlyMap<string, readonly Field[]> {
  const fields = new Map<string, Field[]>();
  collect(fields, event, { path: '', array: '', items: new Map() });
  return fields;
}

interface Place {
  readonly path: string;
  /** Distinguishes nested arrays. */
  readonly array: string;
  readonly items: Items;
}

type Fields = Map<string, Field[]>;

function collect(fields: Fields, value: unknown, place: Place): void {
  if (Array.isArray(value)) collectItems(fields, value, place);
  else if (isRecord(value)) collectNamed(fields, value, place);
  else if (isScalar(value)) add(fields, place, value);
}

function add(fields: Fields, { path, items }: Place, value: Scalar): void {
  const known = fields.get(path);
  const field = { value, items };
  if (known) known.push(field);
  else fields.set(path, [field]);
}

function collectItems(fields: Fields, list: readonly unknown[], { path, array: outer, items: around }: Place): void {
  const array = `${outer}[${path}]`;
  for (const [index, item] of list.entries()) {
    const items = typeof item === 'object' ? new Map([...around, [array, index]]) : around;
    collect(fields, item, { path, array: `${array}${index}`, items });
  }
}

function collectNamed(fields: Fields, object: Readonly<Record<string, unknown>>, place: Place): void {
  for (const [name, inner] of Object.entries(object))
    collect(fields, inner, { ...place, path: place.path === '' ? name : `${place.path}.${name}` });
}

/** The union of both, or null if they refer to different items of an array. */
export function mergedItems(some: Items, others: Items): Items | null {
  for (const [array, index] of others) if ((some.get(array) ?? index) !== index) return null;
  return new Map([...some, ...others]);
}

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);
