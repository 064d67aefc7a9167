/** A small table: the first column to the left, the others to the right. */

export interface Row {
  readonly cells: readonly string[];
  /** Whether what was found is what was promised. */
  readonly holds: boolean;
}

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly Row[];
}

export interface LaidOut {
  readonly header: string;
  readonly rule: string;
  readonly rows: readonly { readonly text: string; readonly holds: boolean }[];
}

const gap = '   ';

export function laidOut({ header, rows }: Table): LaidOut {
  const all = [header, ...rows.map(({ cells }) => cells)];
  const widths = header.map((_, column) => Math.max(...all.map((cells) => (cells[column] ?? '').length)));
  const laid = (cells: readonly string[]) =>
    widths.map((width, column) => (cells[column] ?? '')[column === 0 ? 'padEnd' : 'padStart'](width)).join(gap);
  const text = laid(header);
  return {
    header: text,
    rule: '─'.repeat(text.length),
    rows: rows.map(({ cells, holds }) => ({ text: laid(cells).trimEnd(), holds })),
  };
}
