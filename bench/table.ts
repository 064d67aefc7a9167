/** Measurements as a table for a terminal. */
import { laidOut } from '#local/demo/table.ts';
import type { Measured } from './latest.ts';

const head = ['', 'measured', 'baseline', 'ratio', 'target', ''];

/** Rows under their titles, each with the command that measures it alone. */
export function table(rows: readonly Measured[]): string {
  const groups = [...Map.groupBy(rows, ({ key }) => key)];
  const {
    header,
    rule,
    rows: lines,
  } = laidOut({ header: head, rows: rows.map((row) => ({ cells: cellsOf(row), holds: row.met })) });
  const texts = new Map(rows.map((row, index) => [row, lines[index]?.text ?? '']));
  const blocks = groups.map(([key, members]) =>
    [
      `${members[0]?.title}   npm run bench -- ${key}`,
      ...members.flatMap((row) => [texts.get(row), ...noteOf(row)]),
    ].join('\n'),
  );
  return [header, rule, blocks.join('\n\n')].join('\n');
}

const cellsOf = ({ name, value, unit, baseline, ratio, target, met }: Measured): string[] => [
  `  ${name}`,
  amount(value, unit),
  baseline === null ? '–' : amount(baseline, unit),
  ratio === null ? '–' : ratioText(ratio),
  target,
  met ? 'met' : 'MISSED',
];

const noteOf = ({ note }: Measured): string[] => (note ? note.split('\n').map((line) => `      ${line}`) : []);

export const ratioText = (ratio: number): string => `${ratio.toFixed(2)}×`;

/** A number with at least three significant digits and separated thousands. */
export function amount(value: number, unit: string): string {
  const whole = Number.isInteger(value) || Math.abs(value) >= 100;
  const text = whole ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
  return unit === '' ? text : `${text} ${unit}`;
}
