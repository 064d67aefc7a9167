/**
 * `npm run rights` writes docs/rights.md, the rights of each function, so that a review shows a change of rights. With
 * `--print` it writes to the terminal instead.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { code, generatedFrom, page, prose, table } from '../documents/markdown.ts';
import { deployedFunctions } from './deployed.ts';
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
    '# Rights of each function',
    generatedFrom(
      `the functions' ${code('rights')} in ${code('serverless.yml')} and ${code('scripts/deploy/rights.ts')}`,
    ).replace('npm run openapi', 'npm run rights'),
    prose(
      `A function declares its rights in ${code('serverless.yml')}, and ${code('scripts/deploy/rights.ts')} says what
      each of them allows. A function may also write to its own log, and a function that EventBridge calls may send to
      the dead-letter queue (${code('dead-letters:send')}).`,
    ),
    '## Functions',
    table(['Functions', 'Rights'], functionRows(needs)),
    '## Rights',
    table(
      ['Right', 'Actions', 'Resources', 'Condition'],
      Object.entries(rights).flatMap(([name, statements]) => statements.map((statement) => rightRow(name, statement))),
    ),
  );

const text = document(rightsOf(deployedFunctions(root)));
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(root, 'docs', 'rights.md'), text);
