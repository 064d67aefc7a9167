/** The time that sealing and opening a volume adds to Redis's save and load of the same data. */
import { statSync } from 'node:fs';
import type { Measurement, Row } from '../row.ts';
import { median } from '../statistics.ts';
import { type RedisItself, redisItself, rounds } from './bare-redis.ts';
import { inFolders } from './folders.ts';
import { measureSealing, type Sealing } from './sealing.ts';

const dataBytes = 2 ** 30;
const most = { share: 0.25, extraMb: 64 };

export const row: Row = {
  key: 'volume',
  title: 'Volume of a data set of 1 GiB',
  measure: (say) =>
    inFolders(async (folders) => {
      const own = await redisItself(folders.memory, dataBytes, say);
      say('sealing and opening');
      return measurements(own, await measureSealing(own.snapshot, folders));
    }),
};

function measurements({ snapshot, saveMs, loadMs }: RedisItself, { ours, bare, extraMb }: Sealing): Measurement[] {
  const [sealMs, unsealMs] = [median(ours.map((each) => each.sealMs)), median(ours.map((each) => each.unsealMs))];
  const bareMs = median(bare.map((each) => each.sealMs + each.unsealMs));
  const [value, baseline] = [(sealMs + unsealMs) / 1000, (saveMs + loadMs) / 1000];
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const megabytes = Math.round(statSync(snapshot).size / 2 ** 20);
  return [
    {
      ...{ name: 'seal and unseal, to Redis’s save and load', unit: 's', value, baseline, ratio: value / baseline },
      ...{ target: `≤ ${most.share}×`, met: value / baseline <= most.share },
      note:
        `Seal ${seconds(sealMs)} s (flushed, read back and compared byte by byte), unseal ${seconds(unsealMs)} ` +
        `s; Redis saves in ${seconds(saveMs)} s, loads in ${seconds(loadMs)} s. Snapshot of ${megabytes} MiB; ` +
        `medians of ${rounds}.`,
    },
    {
      ...{
        name: 'the same, to a bare AES-256-GCM stream',
        unit: 's',
        value,
        baseline: bareMs / 1000,
        ratio: value / (bareMs / 1000),
      },
      ...{
        target: 'shown',
        met: true,
        note:
          'The bare stream encrypts to the same disk, flushed, and decrypts into memory. It proves and compares ' +
          'nothing in between.',
      },
    },
    {
      ...{ name: 'extra memory', unit: 'MiB', value: extraMb, baseline: null, ratio: null },
      ...{
        target: `≤ ${most.extraMb} MiB`,
        met: extraMb <= most.extraMb,
        note: 'The highest that the process was, above what it held before.',
      },
    },
  ];
}
