/** Fails on prose over 120 columns: comments, and Markdown without code, tables and the changelog. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const columns = 120;
const fence = /^\s*```/;
const isComment = (line: string): boolean => /^\s*(\/\/|\/\*\*|\*)\s/.test(line);

/** The lines of a Markdown text, with those in code blocks empty. */
function withoutCode(lines: readonly string[]): string[] {
  let inCode = false;
  return lines.map((line) => {
    if (fence.test(line)) inCode = !inCode;
    return inCode ? '' : line;
  });
}

function longLines(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const isMarkdown = file.endsWith('.md');
  const isProse = isMarkdown ? (line: string) => !/^\s*(\||<!--)/.test(line) : isComment;
  return (isMarkdown ? withoutCode(lines) : lines).flatMap((line, index) =>
    line.length > columns && isProse(line) ? [`${file}:${index + 1}: ${line.length} columns`] : [],
  );
}

const files = execFileSync('git', ['ls-files', '-z', '*.md', '*.ts', '*.tsx', ':!CHANGELOG.md'], { encoding: 'utf8' });
const found = files.split('\0').filter(Boolean).flatMap(longLines);
for (const line of found) console.error(line);
process.exitCode = found.length > 0 ? 1 : 0;
