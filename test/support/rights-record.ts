/**
 * The uses of declared rights, across the processes of a test run: each process writes a file, which
 * `test/support/rights-reporter.ts` reads at the end.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const recordFolder = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'latchkey', 'rights');

let files = 0;

export function recordUse(used: ReadonlySet<string>): void {
  mkdirSync(recordFolder, { recursive: true });
  files += 1;
  writeFileSync(join(recordFolder, `${process.pid}-${Date.now()}-${files}.json`), JSON.stringify([...used].sort()));
}
