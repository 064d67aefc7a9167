/** The command line of the local cloud. */
import { parseArgs } from 'node:util';

export const help = `Latchkey on this machine: API, AWS emulators, inbox and databases in one process, on loopback.

  make start                 as fast as on AWS: a waiting period takes ten minutes
  make start SPEED=60        sixty times as fast: a minute takes a second

State is kept in .latchkey/; remove that folder to begin anew. Ctrl-C saves the databases and stops.
In another terminal: source .latchkey/env

A second one beside it, on a folder and on ports of its own
(API, AWS endpoint, inbox, first database; 0 takes a free one):

  node local/main.ts --speed 60 --dir /tmp/other --ports 0,0,0,26379`;

export interface Ports {
  readonly api: number;
  readonly aws: number;
  readonly inbox: number;
  /** Databases take pairs from this one up. */
  readonly databases: number;
}

export interface Options {
  readonly help: boolean;
  /** How many times faster than on AWS. */
  readonly speed: number;
  /** Undefined: `.latchkey/` in the repository. */
  readonly dir: string | undefined;
  /** Undefined: the fixed ports. */
  readonly ports: Ports | undefined;
}

/** Throws for what is no speed and no four ports, and for words that it does not know. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      speed: { type: 'string', default: '1' },
      dir: { type: 'string' },
      ports: { type: 'string' },
    },
  });
  return {
    help: values.help ?? false,
    speed: speedIn(values.speed),
    dir: values.dir,
    ports: values.ports === undefined ? undefined : portsIn(values.ports),
  };
}

function speedIn(text: string): number {
  const speed = Number(text);
  if (speed >= 1 && speed <= 1000) return speed;
  throw new Error(`The speed is a number from 1 to 1000, as in \`make start SPEED=60\`; it was "${text}".`);
}

function portsIn(text: string): Ports {
  const [api = -1, aws = -1, inbox = -1, databases = -1, ...more] = text
    .split(',')
    .map((part) => (/^\d{1,5}$/.test(part) ? Number(part) : -1));
  const fit = [api, aws, inbox, databases].every((port) => port >= 0 && port <= 65_535);
  if (fit && databases > 0 && more.length === 0) return { api, aws, inbox, databases };
  throw new Error(
    `The ports are four numbers, the first database's not 0, as in \`--ports 0,0,0,26379\`; they were "${text}".`,
  );
}
