/**
 * `node scripts/deploy/write-bundles.ts <folder> [function…]` writes bundles as they are deployed, each as
 * `<function>.mjs`, for inspection, execution or measurement. Without names, it writes all functions of
 * `serverless.yml`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleAll } from './bundle.ts';
import { deployedEntries } from './deployed.ts';

const root = join(import.meta.dirname, '..', '..');
const [folder, ...keys] = process.argv.slice(2);
if (!folder) throw new Error('Into which folder?');

const entries = deployedEntries(root).filter(({ key }) => keys.length === 0 || keys.includes(key));
mkdirSync(folder, { recursive: true });
for (const [key, { code }] of await bundleAll(root, entries)) writeFileSync(join(folder, `${key}.mjs`), code);
