/**
 * Reads an export of a timeline: JSON lines of entries, a JSON array, or the API's pages one after another, in any
 * order.
 */
import * as z from 'zod/mini';
import type { Entry } from '#lib/model/entry.ts';

const entry = z.looseObject({
  id: z.string(),
  teamId: z.string(),
  seq: z.int().check(z.positive()),
  at: z.string(),
  type: z.string(),
  actor: z.looseObject({ kind: z.string(), id: z.string() }),
  subject: z.record(z.string(), z.unknown()),
  data: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
});
const page = z.object({ items: z.array(entry) });
const part = z.union([entry, z.array(entry), page]);

/**
 * In the order of the chain; identical duplicates of an entry are dropped. Throws with the line, or the entry, that
 * does not belong to an export.
 */
export function readExport(text: string): Entry[] {
  const entries = valuesIn(text).flatMap(({ value, where }) => {
    const parsed = part.safeParse(value);
    if (!parsed.success) throw new Error(`${where} is neither an entry of a timeline nor a page of entries.`);
    if (Array.isArray(parsed.data)) return parsed.data;
    return 'items' in parsed.data ? (parsed.data.items as z.infer<typeof entry>[]) : [parsed.data];
  });
  const distinct = new Map(entries.map((each) => [JSON.stringify(each), each]));
  return [...distinct.values()].sort((a, b) => a.seq - b.seq) as unknown as Entry[];
}

interface Value {
  readonly value: unknown;
  /** The entry's place, for error messages. */
  readonly where: string;
}

/** One JSON text, or one on each line. */
function valuesIn(text: string): Value[] {
  const whole = parsed(text);
  if (whole !== undefined) return [{ value: whole, where: 'The file' }];
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const value = parsed(line);
    if (value === undefined) throw new Error(`Line ${index + 1} is not JSON.`);
    return [{ value, where: `Line ${index + 1}` }];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
