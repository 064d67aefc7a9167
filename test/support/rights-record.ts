/**
 * The uses of declared rights, across the processes of a test run: each process writes a file, which
 * `test/support/rights-reporter.ts` reads at the end.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names the folder of the run; the processes of the run inherit it. Not set in a run of some tests. */
const variable = 'LATCHKEY_RIGHTS_RECORD';

const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'latchkey');

/** Starts a record of this run alone, since several runs may share a checkout. */
export function startRecord(): void {
  mkdirSync(cache, { recursive: true });
  process.env[variable] = mkdtempSync(join(cache, 'rights-'));
}

/** The uses, as `apiKeys table:read`. Deletes the record; empty if none was started. */
export function finishRecord(): ReadonlySet<string> {
  const folder = process.env[variable];
  if (folder === undefined) return new Set();
  delete process.env[variable];
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  rmSync(folder, { recursive: true });
  return new Set(files.flatMap((text) => JSON.parse(text) as string[]));
}

let files = 0;

export function recordUse(used: ReadonlySet<string>): void {
  const folder = process.env[variable];
  if (folder === undefined) return;
  files += 1;
  writeFileSync(join(folder, `${process.pid}-${Date.now()}-${files}.json`), JSON.stringify([...used].sort()));
}
