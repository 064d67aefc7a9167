/** How large the functions' bundles are as they are deployed, minified, AWS's clients included. A kilobyte has 1,000 bytes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { bundleAll, type Entry } from '../scripts/deploy/bundle.ts';
import { entryOf, type FunctionSettings } from '../scripts/deploy/entries.ts';
import type { Row } from './row.ts';
import { median } from './statistics.ts';

const root = join(import.meta.dirname, '..');
const targetKb = 350;

/** Every function of `serverless.yml`. */
function deployedEntries(): Entry[] {
  const { functions } = parse(readFileSync(join(root, 'serverless.yml'), 'utf8'), { logLevel: 'silent' }) as {
    functions: Record<string, FunctionSettings>;
  };
  return Object.entries(functions).map(([key, settings]) => entryOf(key, settings));
}

export const row: Row = {
  key: 'bundle-size',
  title: 'Bundle size',
  measure: async (say) => {
    const entries = deployedEntries();
    say(`bundling ${entries.length} functions`);
    const bundles = await bundleAll(root, entries);
    const sizes = [...bundles].map(([key, { length }]) => ({ key, kb: length / 1000 })).sort((a, b) => b.kb - a.kb);
    const [largest] = sizes;
    if (!largest) throw new Error('There are no functions.');
    const all = sizes.map(({ kb }) => kb);
    const shown = { unit: 'KB', baseline: null, ratio: null, target: `≤ ${targetKb} KB` };
    const over = all.filter((kb) => kb > targetKb).length;
    return [
      { ...shown, name: `largest of ${all.length} (${largest.key})`, value: largest.kb, met: over === 0 },
      { ...shown, name: 'median', value: median(all), met: median(all) <= targetKb },
      { ...shown, name: `more than ${targetKb} KB`, value: over, unit: '', target: '0', met: over === 0 },
    ];
  },
};
