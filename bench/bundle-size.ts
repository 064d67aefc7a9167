/** The size of the functions' bundles as deployed: minified, with the clients of AWS. A kilobyte has 1,000 bytes. */
import { join } from 'node:path';
import { bundleAll } from '../scripts/deploy/bundle.ts';
import { deployedEntries } from '../scripts/deploy/deployed.ts';
import type { Row } from './row.ts';
import { median } from './statistics.ts';
import { amount } from './table.ts';

const root = join(import.meta.dirname, '..');
const targetKb = 350;

export const row: Row = {
  key: 'bundle-size',
  title: 'Bundle size',
  measure: async (say) => {
    const entries = deployedEntries(root);
    say(`bundling ${entries.length} functions`);
    const bundles = await bundleAll(root, entries);
    const sizes = [...bundles]
      .map(([key, { code, origins }]) => ({ key, kb: code.length / 1000, origins }))
      .sort((a, b) => b.kb - a.kb);
    const [largest] = sizes;
    if (!largest) throw new Error('There are no functions.');
    const all = sizes.map(({ kb }) => kb);
    const shown = { unit: 'KB', baseline: null, ratio: null, target: `≤ ${targetKb} KB` };
    const over = all.filter((kb) => kb > targetKb).length;
    return [
      {
        ...shown,
        name: `largest of ${all.length} (${largest.key})`,
        value: largest.kb,
        met: over === 0,
        note: listing(largest.origins),
      },
      { ...shown, name: 'median', value: median(all), met: median(all) <= targetKb },
      { ...shown, name: `more than ${targetKb} KB`, value: over, unit: '', target: '0', met: over === 0 },
    ];
  },
};

/** Packages, and folders of this repository, by their bytes. */
function listing(origins: Readonly<Record<string, number>>): string {
  const packageOf = (path: string) =>
    /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.split('/').slice(0, 2).join('/');
  const groups = Map.groupBy(Object.entries(origins), ([path]) => packageOf(path));
  const sizes = [...groups].map(([name, files]) => ({
    name,
    kb: files.reduce((sum, [, bytes]) => sum + bytes, 0) / 1000,
  }));
  const shown = sizes.sort((a, b) => b.kb - a.kb).slice(0, 16);
  return shown.map(({ name, kb }) => `${amount(kb, 'KB')} ${name}`).join(', ');
}
