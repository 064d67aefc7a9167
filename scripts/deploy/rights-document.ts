/**
 * `node scripts/deploy/rights-document.ts` writes docs/rights.md: what each function may do. A change of rights is then seen in a review. With
 * `--print` it writes to the terminal instead.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { code, generatedFrom, page, table } from '../documents/markdown.ts';
import { usesOf } from './adapter-use.ts';
import { deployedEntries } from './deployed.ts';
import { rights, type Statement } from './rights.ts';
import { type Rights, rightsOf } from './roles.ts';

const root = join(import.meta.dirname, '..', '..');

const shown = (value: unknown): string =>
  typeof value === 'string'
    ? code(value)
    : code(
        JSON.stringify(value)
          .replace(/^\{"Fn::\w+":(.*)\}$/, '$1')
          .replaceAll('"', ''),
      );

const rightRow = (name: string, { Action, Resource, Condition }: Statement): string[] => [
  code(name),
  Action.map(code).join(' '),
  Resource.map(shown).join(' '),
  Condition ? shown(Condition) : '',
];

/** Functions with the same rights share a role, and a row. */
function functionRows(needs: Rights): string[][] {
  const groups = Map.groupBy(needs, ([, names]) => names.map(code).join(' '));
  return [...groups].map(([names, members]) => [members.map(([key]) => key).join(', '), names || 'none']);
}

const document = (needs: Rights): string =>
  page(
    '# What each function may do',
    generatedFrom(`${code('scripts/deploy/rights.ts')} and the functions' code`).replace(
      'npm run openapi',
      'node scripts/deploy/rights-document.ts',
    ),
    `A function's rights follow from its code: its bundle is searched for the AWS commands that are left in it (${code('scripts/deploy/adapter-use.ts')}), and ${code('scripts/deploy/rights.ts')} says\nwhat each command may touch. Every function may also write its own log, and those that EventBridge calls may send to the queue of dead letters.`,
    '## Functions',
    table(['Functions', 'Rights'], functionRows(needs)),
    '## Rights',
    table(
      ['Right', 'Actions', 'Resources', 'Condition'],
      Object.entries(rights).flatMap(([name, statements]) => statements.map((statement) => rightRow(name, statement))),
    ),
  );

const text = document(rightsOf(await usesOf(root, deployedEntries(root))));
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(root, 'docs', 'rights.md'), text);
