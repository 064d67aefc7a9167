/**
 * The built console. Bundles replace this module by the files themselves (`console/build.ts`); a function that runs
 * from the sources reads what `npm run build:console` wrote.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StaticFile } from '#lib/edge/static-files.ts';

const built = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'latchkey', 'console', 'files.json');

/** Empty if the console is not built. */
export const consoleFiles = (): readonly StaticFile[] =>
  existsSync(built) ? (JSON.parse(readFileSync(built, 'utf8')) as StaticFile[]) : [];
