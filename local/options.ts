/** The command line of the embedded cloud. */
import { parseArgs } from 'node:util';

export const help = `Latchkey on this machine: API, AWS stand-ins, inbox and databases in one process, on loopback.

  make start                 as fast as on AWS: a waiting period takes ten minutes
  make start SPEED=60        sixty times as fast: a minute takes a second

State is kept in .latchkey/; remove that folder to begin anew. Ctrl-C saves the databases and stops.
In another terminal: source .latchkey/env`;

/** How many times faster than on AWS; throws for what is no speed, and for words that it does not know. */
export function readOptions(args: readonly string[]): { help: boolean; speed: number } {
  const { values } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean', short: 'h' }, speed: { type: 'string', default: '1' } },
  });
  const speed = Number(values.speed);
  if (!(speed >= 1 && speed <= 1000))
    throw new Error(`The speed is a number from 1 to 1000, as in \`make start SPEED=60\`; it was "${values.speed}".`);
  return { help: values.help ?? false, speed };
}
