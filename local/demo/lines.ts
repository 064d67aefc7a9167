/** Text in lines of a width. Nothing here knows colour: text is laid out first and painted afterwards. */

/** Breaks at blanks. A word that is longer than a line keeps one of its own. */
export function wrapped(text: string, width: number, blank: string | RegExp = ' '): string[] {
  const lines: string[] = [];
  for (const word of text.split(blank)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Breaks a shell command before its options, so that the lines can be pasted into a shell as they stand. */
export function wrappedCommand(command: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of command.split(/ (?=--?[a-z])/)) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(part);
    else if (last.length + part.length + 3 > width) lines.push(`  ${part}`);
    else lines[lines.length - 1] = `${last} ${part}`;
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

/** A request's further lines stand under its path, and a name stays with its value. */
export const wrappedRequest = (request: string, width: number): string[] =>
  wrapped(request, width - 5, /(?<!:) /).map((line, index) => (index === 0 ? line : `     ${line}`));
