/**
 * One JSON line per request, step and event: a constant message and fields. Lambda hands each line of the standard output to CloudWatch as it
 * is; why this is no library is in docs/design/013-small-bundles.md.
 */

type Level = 'INFO' | 'WARN' | 'ERROR';
type Fields = Readonly<Record<string, unknown>>;
type Write = (line: string, level: Level) => unknown;

let write: Write = (line) => process.stdout.write(`${line}\n`);

/** Sends the lines elsewhere than to the standard output, for the whole process. */
export const useLogLines = (other: Write): void => {
  write = other;
};

const lineOf = (level: Level) => (message: string, fields: Fields) => {
  const head = { level, message, timestamp: new Date().toISOString(), service: 'latchkey' };
  write(asJson(head, fields), level);
};

export const log = { info: lineOf('INFO'), warn: lineOf('WARN'), error: lineOf('ERROR') };

/**
 * Whatever the fields are, there is a line, and none takes the place of the message that an alarm asks for. Where JSON can't say the fields, it
 * has their names, and of errors their stacks.
 */
function asJson(head: Fields, fields: Fields): string {
  try {
    return JSON.stringify({ ...head, ...fields, ...head }, shown);
  } catch {
    const stacks = Object.values(fields).flatMap((value) => (Error.isError(value) ? [value.stack] : []));
    return JSON.stringify({ ...head, fields: Object.keys(fields), stacks });
  }
}

/** Of an error JSON would keep only what a library has added to it. */
function shown(_name: string, value: unknown): unknown {
  if (!Error.isError(value)) return value;
  const { name, message, stack, cause } = value;
  return Object.assign({ name, message, stack, cause }, value);
}
