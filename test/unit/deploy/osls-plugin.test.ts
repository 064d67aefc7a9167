/**
 * osls loads its plugins by `require`, which refuses a module that awaits at its top level, or imports one that does.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const plugin = join(import.meta.dirname, '..', '..', '..', 'scripts', 'deploy', 'osls-plugin.ts');

it('is a module that can be required', () => {
  const source = `const { default: Packaging } = require(${JSON.stringify(plugin)}); console.log(typeof Packaging);`;
  const response = execFileSync(process.execPath, ['--no-warnings', '--input-type=commonjs', '--eval', source], {
    encoding: 'utf8',
  });
  expect(response.trim()).toBe('function');
});
