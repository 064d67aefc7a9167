/** Renders an email template as plain text of at most 72 columns. Commands and ARNs are not wrapped. */
import type { AffectedDatabase } from '#lib/model/notice.ts';
import { appsOf, listDatabases } from './database-list.ts';
import type { EmailTemplate, Line, Section } from './email-template.ts';
import { plain } from './plain.ts';

const columns = 72;

/** Wraps a text at 72 columns. The first line begins with `first`, the others are indented by its length. */
export function wrap(words: string, first = ''): string {
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

export function textOf(template: EmailTemplate, footer: readonly string[]): string {
  const blocks = [
    `${template.headline.toUpperCase()}\n${'='.repeat(Math.min(columns, template.headline.length))}`,
    wrap(template.lead),
    factsOf(template.facts),
    ...template.sections.map(sectionOf),
    databasesOf(template.databases),
    ['--', ...footer.map((line) => wrap(line))].join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function factsOf(facts: EmailTemplate['facts']): string {
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  return facts.map(([label, value]) => wrap(value, `${label}:`.padEnd(width))).join('\n');
}

const formatSection = (title: string, lines: readonly string[]): string =>
  [title, '-'.repeat(title.length), ...lines].join('\n');

function sectionOf({ title, lines }: Section): string {
  const steps = lines.filter(({ kind }) => kind === 'step');
  const formatted = lines.map((line) => lineOf(line, steps.indexOf(line) + 1));
  return formatSection(title, formatted).replaceAll('\n\n\n', '\n\n').trimEnd();
}

function lineOf({ kind, text }: Line, number: number): string {
  if (kind === 'command') return `\n    ${plain(text)}\n`;
  return wrap(text, kind === 'step' ? `${number}. ` : '');
}

function databasesOf(databases: readonly AffectedDatabase[]): string {
  if (databases.length === 0) return '';
  const { rows, others } = listDatabases(databases);
  const width = (part: 'name' | 'plan') => Math.max(...rows.map((row) => row[part].length));
  const lines = rows.map((row) =>
    [
      `  ${row.name.padEnd(width('name'))}  ${row.plan.padEnd(width('plan'))}  ${row.status}`,
      wrap(`used by ${appsOf(row)}`, '      '),
      ...(row.trouble ? [wrap(row.trouble, '    ! ')] : []),
    ].join('\n'),
  );
  return formatSection('Databases', [...lines, ...(others ? [wrap(others, '  ')] : [])]);
}
