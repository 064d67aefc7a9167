/** Writes the table in `docs/performance.md`, between its two marks, from `bench/latest.json`. */
import { code, prose, table } from '../scripts/documents/markdown.ts';
import type { Latest, Measured } from './latest.ts';
import { amount, ratioText } from './table.ts';

const from = '<!-- measured: made by `node bench/main.ts --document` -->';
const to = '<!-- /measured -->';

/** The page with the latest table. Throws if a mark is missing. */
export function withTable(page: string, latest: Latest): string {
  const [start, end] = [page.indexOf(from), page.indexOf(to)];
  if (start < 0 || end < start) throw new Error(`The page has no place for the table: ${from} … ${to}`);
  return `${page.slice(0, start + from.length)}\n\n${section(latest)}\n\n${page.slice(end)}`;
}

function section({ machine, date, rows }: Latest): string {
  const { cpus, model, memory, node } = machine;
  const place = `${cpus} × ${model}, ${memory} GiB, Node ${node.slice(1)}, ${date.slice(0, 10)}.`;
  const notes = rows.flatMap(({ title, name, note }) =>
    note ? [prose(`- **${title}**, ${name}: ${note.replaceAll('\n', '; ')}`, { indent: '  ' })] : [],
  );
  const titled = [...Map.groupBy(rows, ({ key }) => key).values()].flatMap((group) => group.map(cellsOf));
  return [place, table(['Row', 'Measured', 'Baseline', 'Ratio', 'Target', 'Met', 'Alone'], titled), notes.join('\n')]
    .join('\n\n')
    .trimEnd();
}

const cellsOf = (
  { key, title, name, value, unit, baseline, ratio, target, met }: Measured,
  index: number,
): string[] => [
  index === 0 ? `**${title}**: ${name}` : name,
  amount(value, unit),
  baseline === null ? '' : amount(baseline, unit),
  ratio === null ? '' : ratioText(ratio),
  target,
  met ? 'yes' : '**no**',
  index === 0 ? code(`npm run bench -- ${key}`) : '',
];
