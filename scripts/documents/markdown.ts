/** The few forms of Markdown that generated documents use. */

export const generatedFrom = (source: string): string =>
  `<!-- Made by \`npm run openapi\` from ${source}; edit that instead. -->`;

/** Cells hold Markdown; what would end a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

export const code = (text: string): string => `\`${text}\``;

export const page = (...blocks: readonly string[]): string => `${blocks.join('\n\n')}\n`;
