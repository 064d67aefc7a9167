/** The design note lists the differences of independent emulators of EC2 and Systems Manager. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { differencesOf, listedDifferences } from 'aws-local/test-support/contract';
import { instances } from './instances.ts';
import { runCommand } from './run-command.ts';

const note = readFileSync(
  join(import.meta.dirname, '..', '..', 'docs', 'design', '009-independent-emulators.md'),
  'utf8',
);

describe('docs/design/009-independent-emulators.md', () => {
  it('lists where an emulator of EC2 or Systems Manager differs from AWS, as the cases say it', () => {
    expect(listedDifferences(note)).toEqual(differencesOf([instances, runCommand]));
  });
});
