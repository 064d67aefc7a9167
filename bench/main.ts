/**
 * `npm run bench`: measures the rows and prints one table. A missed target is shown; only a row that throws fails the
 * run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withTable } from './document.ts';
import { type Latest, merged, readLatest, thisMachine, writeLatest } from './latest.ts';
import { progressOn } from './progress.ts';
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

/** Measures a row in this process and stores the measurements. Returns the exit code. */
async function measureHere({ key, load }: RowEntry, scope: Scope): Promise<number> {
  const progress = progressOn(process.stderr);
  try {
    progress.say(`${key} …`);
    const { title, measure } = await load();
    const found = await measure((line) => progress.say(`${key}: ${line}`), scope);
    progress.end();
    const date = new Date().toISOString();
    const measured = found.map((measurement) => ({ key, title, ...measurement, date }));
    keep({ machine: thisMachine(), date, rows: measured });
    process.stdout.write(`${table(measured)}\n`);
    return 0;
  } catch (error) {
    progress.end();
    process.stderr.write(`${key} broke: ${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  }
}

/** Runs each row in its own process, so that no row inherits clients or settings. Returns the exit code of all. */
async function measureEach(entries: readonly RowEntry[], { all }: Scope): Promise<number> {
  const whole: string[] = [];
  for (const { key } of entries) {
    const words = [import.meta.filename, key, ...(all ? ['--all'] : [])];
    const [code] = await once(spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
    if (code === 0) whole.push(key);
  }
  process.stdout.write(`${table((readLatest()?.rows ?? []).filter(({ key }) => whole.includes(key)))}\n`);
  return whole.length === entries.length ? 0 : 1;
}

function measure(keys: readonly string[], scope: Scope): Promise<number> {
  const entries = chosenRows(keys);
  const [only, ...others] = entries;
  return only && others.length === 0 ? measureHere(only, scope) : measureEach(entries, scope);
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
    options: {
      help: { type: 'boolean', short: 'h' },
      document: { type: 'boolean' },
      all: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (values.help) process.stdout.write(`${help}\n`);
  else if (values.document) writeDocument();
  else return measure(positionals, { all: values.all });
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
