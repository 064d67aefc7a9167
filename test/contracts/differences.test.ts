import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { queries } from './dynamodb-queries.ts';
import { transactions } from './dynamodb-transactions.ts';
import { writes } from './dynamodb-writes.ts';
import { eventBus } from './event-bus.ts';
import { eventPatterns } from './event-patterns.ts';
import { instances } from './instances.ts';
import { keyErrors } from './kms-errors.ts';
import { keyGrants } from './kms-grants.ts';
import { keyStates } from './kms-states.ts';
import { mails } from './mails.ts';
import { runCommand } from './run-command.ts';

const contracts = [
  writes,
  transactions,
  queries,
  keyStates,
  keyErrors,
  keyGrants,
  eventBus,
  eventPatterns,
  mails,
  instances,
  runCommand,
];
const note = readFileSync(
  join(import.meta.dirname, '..', '..', 'docs', 'design', '009-independent-emulators.md'),
  'utf8',
);

const differences = contracts.flatMap(({ cases }) =>
  cases.flatMap(({ name, except = {} }) =>
    Object.entries(except).map(([emulator, { aws }]) => `| ${emulator} | ${name.replaceAll('|', '\\|')} | ${aws} |`),
  ),
);

describe('docs/design/009-independent-emulators.md', () => {
  it('lists where an emulator differs from AWS, as the cases say it', () => {
    const listed = note.split('\n').filter((line) => /^\| (ministack|moto) +\| .* \| .* \|$/.test(line));
    expect(listed.map((line) => line.replaceAll(/ +\|/g, ' |'))).toEqual(differences);
  });
});
