/**
 * Writes one JSON line per request, step and event: a constant message and fields. docs/design/013-small-bundles.md
 * says why this is not a library.
 */

type Level = 'INFO' | 'WARN' | 'ERROR';
type Fields = Readonly<Record<string, unknown>>;
type Write = (line: string, level: Level) => unknown;

let write: Write = (line) => process.stdout.write(`${line}\n`);

/** Redirects the lines from standard output, for the whole process. */
export const useLogLines = (other: Write): void => {
  write = other;
};

const lineOf = (level: Level) => (message: string, fields: Fields) => {
  const head = { level, message, timestamp: new Date().toISOString(), service: 'latchkey' };
  write(asJson(head, fields), level);
};

export const log = { info: lineOf('INFO'), warn: lineOf('WARN'), error: lineOf('ERROR') };

/**
 * Always returns a line, in which no field replaces the message that alarms match. If JSON cannot represent the fields,
 * the line has their names and the stacks of errors.
 */
function asJson(head: Fields, fields: Fields): string {
  try {
    return JSON.stringify({ ...head, ...fields, ...head }, withErrors);
  } catch {
    const stacks = Object.values(fields).flatMap((value) => (Error.isError(value) ? [value.stack] : []));
    return JSON.stringify({ ...head, fields: Object.keys(fields), stacks });
  }
}

/** JSON would drop the standard properties of errors, which are not enumerable. */
function withErrors(_name: string, value: unknown): unknown {
  if (!Error.isError(value)) return value;
  const { name, message, stack, cause } = value;
  return Object.assign({ name, message, stack, cause }, value);
}
