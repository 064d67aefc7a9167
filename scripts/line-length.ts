/** Fails on lines over 120 columns: code, comments, and Markdown without code and tables. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const columns = 120;
/** Not JSON and snapshots, which are generated. */
const endings = ['.md', '.ts', '.tsx', '.mts', '.mjs', '.sh', '.yml', '.yaml', '.html', '.css', '.py', 'Makefile'];
const fence = /^\s*```/;
/** A URL cannot be broken. */
const longUrl = new RegExp(`https?://\\S{${columns - 20},}`);

/** The lines of a Markdown text, with those in code blocks and tables, which cannot be broken, empty. */
function withoutCode(lines: readonly string[]): string[] {
  let inCode = false;
  return lines.map((line) => {
    if (fence.test(line)) inCode = !inCode;
    return inCode || /^\s*(\||<!--)/.test(line) ? '' : line;
  });
}

/** Counts characters, not bytes. */
export function longLines(file: string, text: string): string[] {
  const lines = text.split('\n');
  return (file.endsWith('.md') ? withoutCode(lines) : lines).flatMap((line, index) => {
    const { length } = [...line];
    return length > columns && !longUrl.test(line) ? [`${file}:${index + 1}: ${length} columns`] : [];
  });
}

if (import.meta.main) {
  const files = execFileSync('git', ['ls-files', '-z', ...endings.map((ending) => `*${ending}`)], { encoding: 'utf8' })
    .split('\0')
    .filter(Boolean);
  const found = files.flatMap((file) => longLines(file, readFileSync(file, 'utf8')));
  for (const line of found) console.error(line);
  process.exitCode = found.length > 0 ? 1 : 0;
}
