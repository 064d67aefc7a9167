/** The key owner's guide agrees with the template and the key policy. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { provingCall, withReads } from '#lib/model/delivery-proof.ts';
import { directEvents, newsworthyCalls, ownersCall } from '#lib/model/key-event.ts';
import { keyPolicy } from '#lib/model/key-policy.ts';
import { parties } from '#test/support/build.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/customers.md'), 'utf8');
const terraform = /```hcl\n([\s\S]+?)```/.exec(page)?.[1] ?? '';

/** The statements of the Terraform, each up to the next. */
const statementOf = (sid: string) => terraform.split('{ Sid = ').find((text) => text.startsWith(`"${sid}"`)) ?? '';

describe('the page for customers', () => {
  it.each(keyPolicy(parties).Statement.map((statement) => [statement.Sid, statement] as const))(
    'has %s as the template has it',
    (sid, statement) => {
      expect(page).toContain(`| \`${sid}\``);
      for (const action of [statement.Action].flat()) expect(statementOf(sid)).toContain(`"${action}"`);

      const actions = [...statementOf(sid).matchAll(/"(kms:[\w*]+)"(?! =)/g)].map(([, action]) => action);
      expect(new Set(actions)).toEqual(new Set([statement.Action].flat()));

      const conditions =
        'Condition' in statement ? Object.values(statement.Condition ?? {}).flatMap((each) => Object.keys(each)) : [];
      for (const condition of conditions) expect(statementOf(sid)).toContain(`"${condition}" =`);
      expect(statementOf(sid).includes('Condition')).toBe(conditions.length > 0);
    },
  );

  it('forwards in Terraform what the template forwards', () => {
    for (const name of [...newsworthyCalls, ownersCall, ...directEvents, provingCall, withReads])
      expect(terraform).toContain(`"${name}"`);
  });
});
