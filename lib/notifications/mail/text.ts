/** A letter as plain text of at most 72 columns, for terminals. Only what can't be broken is longer: commands, ARNs. */
import type { AffectedDatabase } from '#lib/model/notice.ts';
import type { Letter, Line, Section } from './letter.ts';
import { appsOf, named } from './named.ts';
import { plain } from './plain.ts';

const columns = 72;

/** Words of a text in lines of 72 columns: the first line behind `first`, the others behind as many spaces. */
export function wrapped(words: string, first = ''): string {
  const indent = ' '.repeat(first.length);
  const lines: string[] = [];
  let line = first;
  for (const word of plain(words).split(/\s+/)) {
    const empty = line.length === first.length;
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent + word;
    } else line += empty ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}

export function textOf(letter: Letter, footer: readonly string[]): string {
  const blocks = [
    `${letter.headline.toUpperCase()}\n${'='.repeat(Math.min(columns, letter.headline.length))}`,
    wrapped(letter.lead),
    factsOf(letter.facts),
    ...letter.sections.map(sectionOf),
    databasesOf(letter.databases),
    ['--', ...footer.map((line) => wrapped(line))].join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function factsOf(facts: Letter['facts']): string {
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  return facts.map(([label, value]) => wrapped(value, `${label}:`.padEnd(width))).join('\n');
}

const titled = (title: string, lines: readonly string[]): string =>
  [title, '-'.repeat(title.length), ...lines].join('\n');

function sectionOf({ title, lines }: Section): string {
  const steps = lines.filter(({ kind }) => kind === 'step');
  const shown = lines.map((line) => lineOf(line, steps.indexOf(line) + 1));
  return titled(title, shown).replaceAll('\n\n\n', '\n\n').trimEnd();
}

function lineOf({ kind, text }: Line, number: number): string {
  if (kind === 'command') return `\n    ${plain(text)}\n`;
  return wrapped(text, kind === 'step' ? `${number}. ` : '');
}

function databasesOf(databases: readonly AffectedDatabase[]): string {
  if (databases.length === 0) return '';
  const { rows, others } = named(databases);
  const width = (part: 'name' | 'plan') => Math.max(...rows.map((row) => row[part].length));
  const lines = rows.map((row) =>
    [
      `  ${row.name.padEnd(width('name'))}  ${row.plan.padEnd(width('plan'))}  ${row.status}`,
      wrapped(`used by ${appsOf(row)}`, '      '),
      ...(row.trouble ? [wrapped(row.trouble, '    ! ')] : []),
    ].join('\n'),
  );
  return titled('Databases', [...lines, ...(others ? [wrapped(others, '  ')] : [])]);
}
