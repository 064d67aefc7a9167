/** `npm run bench`: measures, and prints one table. Nothing is asserted: a target that is missed is shown, and only a row that breaks fails. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withTable } from './document.ts';
import { type Latest, type Measured, merged, readLatest, thisMachine, writeLatest } from './latest.ts';
import { type Progress, progressOn } from './progress.ts';
import type { Scope } from './row.ts';
import { chosenRows, type RowEntry, rows } from './rows.ts';
import { lockoutChart, pointsIn } from './scale/chart.ts';
import { table } from './table.ts';

const document = join(import.meta.dirname, '..', 'docs', 'performance.md');
const chart = join(import.meta.dirname, '..', 'docs', 'lockouts-at-scale.svg');

const help = `Measures how fast, small and flat Latchkey is, each against a bare baseline in the same run.

  npm run bench                      every row; takes many minutes
  npm run bench -- bundle-size       some rows
  npm run bench -- cold-start --all  every function, where a row measures a sample otherwise
  node bench/main.ts --document      writes what was measured last into docs/performance.md, and its chart

Rows: ${rows.map(({ key }) => key).join(', ')}

The numbers are kept in bench/latest.json. A missed target is shown; the exit code is 1 only when a row breaks.`;

interface Run extends Scope {
  readonly progress: Progress;
}

async function measured({ key, load }: RowEntry, { progress, all }: Run): Promise<Measured[]> {
  progress.say(`${key} …`);
  const { title, measure } = await load();
  const found = await measure((line) => progress.say(`${key}: ${line}`), { all });
  return found.map((measurement) => ({ key, title, ...measurement, date: new Date().toISOString() }));
}

/** Answers how many rows broke. */
async function run(keys: readonly string[], scope: Scope): Promise<number> {
  const progress = progressOn(process.stderr);
  const found: Measured[] = [];
  let broken = 0;
  for (const entry of chosenRows(keys)) {
    try {
      found.push(...(await measured(entry, { progress, ...scope })));
    } catch (error) {
      broken += 1;
      progress.end();
      process.stderr.write(`${entry.key} broke: ${error instanceof Error ? error.stack : String(error)}\n`);
    }
  }
  progress.end();
  keep({ machine: thisMachine(), date: new Date().toISOString(), rows: found });
  process.stdout.write(`${table(found)}\n`);
  return broken;
}

const keep = (latest: Latest): void =>
  writeLatest(
    merged(
      readLatest(),
      latest,
      rows.map(({ key }) => key),
    ),
  );

function writeDocument(): void {
  const latest = readLatest();
  if (!latest) throw new Error('Nothing was measured yet: npm run bench');
  writeFileSync(document, withTable(readFileSync(document, 'utf8'), latest));
  const points = pointsIn(latest.rows);
  if (points.length > 0) writeFileSync(chart, lockoutChart(points));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, document: { type: 'boolean' }, all: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) process.stdout.write(`${help}\n`);
  else if (values.document) writeDocument();
  else return (await run(positionals, { all: values.all })) > 0 ? 1 : 0;
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
