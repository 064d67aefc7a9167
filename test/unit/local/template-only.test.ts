/** The local cloud knows the deployment by the packaged template only. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..', '..');

it('reads no source of the template', () => {
  const files = globSync('local/**/*.ts', { cwd: root });
  const reading = files.filter((file) =>
    /serverless\.yml|statemachines|resources\/\w+\.yml|from 'yaml'/.test(readFileSync(join(root, file), 'utf8')),
  );

  expect(files.length).toBeGreaterThan(50);
  expect(reading).toEqual([]);
});
