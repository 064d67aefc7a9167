import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { differencesOf, listedDifferences } from '../../test-support/contract.ts';
import { queries } from './dynamodb-queries.ts';
import { transactions } from './dynamodb-transactions.ts';
import { writes } from './dynamodb-writes.ts';
import { eventBus } from './event-bus.ts';
import { eventPatterns } from './event-patterns.ts';
import { keyErrors } from './kms-errors.ts';
import { keyGrants } from './kms-grants.ts';
import { keyStates } from './kms-states.ts';
import { mails } from './mails.ts';

const contracts = [writes, transactions, queries, keyStates, keyErrors, keyGrants, eventBus, eventPatterns, mails];
const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

const cases = contracts.flatMap((contract): { readonly except?: object }[] => [...contract.cases]);
const differing = (emulator: string) => cases.filter(({ except = {} }) => emulator in except).length;

describe('README.md', () => {
  it('lists where another emulator differs from AWS, as the cases say it', () => {
    expect(listedDifferences(readme)).toEqual(differencesOf(contracts));
  });

  it('counts the cases', () => {
    expect(readme).toContain(
      `${cases.length} cases; ministack differs in ${differing('ministack')}, and moto in ${differing('moto')}.`,
    );
  });
});
