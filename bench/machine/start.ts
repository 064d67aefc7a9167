/** The time until `make start` is ready and its idle memory, against ministack, alternating on the same machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measurement, Row } from '../row.ts';
import { median } from '../statistics.ts';
import { inFolders } from './folders.ts';
import { startLocalCloud } from './local-cloud.ts';
import { ministackOrReason } from './ministack.ts';
import { residentMb } from './resident.ts';
import { callEachService } from './services.ts';

const rounds = 3;
/** Idle time before memory is read. */
const idleMs = 10_000;

interface Figures {
  readonly readyMs: number;
  /** The next start, with the same folder. */
  readonly againMs: number;
  readonly idleMb: number;
  /** After a call to each service that Latchkey uses. */
  readonly usedMb: number;
}

interface Started {
  readonly pid: number;
  /** The endpoint of the emulated AWS. */
  readonly url: string;
  readonly readyMs: number;
  close(): Promise<void>;
}

export const row: Row = {
  key: 'start',
  title: 'make start',
  measure: (say) =>
    inFolders(async ({ disk }) => {
      const ours: Figures[] = [];
      const theirs: Figures[] = [];
      let reason = '';
      // The first start fills the compile cache.
      await (await startLocalCloud({ dir: join(disk, 'first') })).close();
      for (let round = 1; round <= rounds; round += 1) {
        say(`round ${round} of ${rounds}`);
        const places: (readonly [Figures[], () => Promise<Started | string>])[] = [
          [ours, () => ourCloud(join(disk, `cloud-${round}`))],
          [theirs, () => ministackOrReason(join(disk, `ministack-${round}`))],
        ];
        for (const [figures, start] of places) {
          const found = await figuresOf(start);
          if (typeof found === 'string') reason = found;
          else figures.push(found);
        }
      }
      return measurements(ours, theirs, { reason, bareMb: await bareNodeMb() });
    }),
};

async function ourCloud(dir: string): Promise<Started> {
  const cloud = await startLocalCloud({ dir });
  return { ...cloud, url: cloud.env.AWS_ENDPOINT_URL ?? '' };
}

/** Or the reason why it does not start on this machine. */
async function figuresOf(start: () => Promise<Started | string>): Promise<Figures | string> {
  const first = await start();
  if (typeof first === 'string') return first;
  const memory = await memoryOf(first);
  const next = await start();
  if (typeof next === 'string') return next;
  await next.close();
  return { readyMs: first.readyMs, againMs: next.readyMs, ...memory };
}

/** Ends it. */
async function memoryOf(started: Started): Promise<Pick<Figures, 'idleMb' | 'usedMb'>> {
  try {
    await sleep(idleMs);
    const idleMb = residentMb(started.pid);
    await callEachService(started.url);
    return { idleMb, usedMb: residentMb(started.pid) };
  } finally {
    await started.close();
  }
}

function measurements(
  ours: readonly Figures[],
  theirs: readonly Figures[],
  about: { reason: string; bareMb: number },
): Measurement[] {
  const of = (name: string, unit: string, { figure, note }: { figure: keyof Figures; note: string }): Measurement => {
    const value = median(ours.map((each) => each[figure]));
    const target = 'ahead of ministack';
    if (theirs.length === 0)
      return { name, unit, value, baseline: null, ratio: null, target, met: false, note: about.reason };
    const baseline = median(theirs.map((each) => each[figure]));
    return { name, unit, value, baseline, ratio: value / baseline, target, met: value < baseline, note };
  };
  return [
    of('ready', 'ms', {
      figure: 'readyMs',
      note:
        `Medians of ${rounds}. Ours is ready with the system deployed and seeded; ministack is empty, and loads ` +
        'a service at its first call.',
    }),
    of('ready again, on the folder that the last one left', 'ms', {
      figure: 'againMs',
      note: 'As on the second day: what was seeded is read, and what was made is there. ministack keeps nothing.',
    }),
    of('resident, idle', 'MB', {
      figure: 'idleMb',
      note:
        `After ${idleMs / 1000} s. A Node process that does nothing holds ${Math.round(about.bareMb)} MB on this ` +
        'machine.',
    }),
    of('resident, services used', 'MB', {
      figure: 'usedMb',
      note: 'The same, once each of the seven services that Latchkey uses was called.',
    }),
  ];
}

async function bareNodeMb(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 60000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  await sleep(500);
  const megabytes = residentMb(child.pid ?? 0);
  const gone = once(child, 'exit');
  child.kill();
  await gone;
  return megabytes;
}
