/** `npm run verify-timeline -- FILE`: verifies an export of a timeline without asking anybody: every hash is computed again. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Entry } from '#lib/timeline/entry.ts';
import { startOfChain, type Verification, verifyEntries } from '#lib/timeline/verify.ts';
import { readExport } from './timeline/export.ts';
import { attempted, endWith, type Outcome } from './timeline/outcome.ts';

export const help = `Verifies an export of a Latchkey timeline offline.

  npm run verify-timeline -- FILE          a file of JSON lines, or of the API's pages; - reads standard input
  npm run verify-timeline -- --head HASH FILE   also compares the last hash with one that was noted elsewhere
  npm run verify-timeline -- --partial FILE     accepts an export that does not begin with the first entry

An export that a filter made has gaps, and does not verify. All of a team's entries:

  cursor=; while :; do page=$(curl -sSf -H "Authorization: Bearer $LATCHKEY_TOKEN" "$LATCHKEY_URL/v1/timeline?limit=100$cursor")
    echo "$page"; next=$(echo "$page" | jq -r '.cursor // empty'); [ "$next" ] || break; cursor="&cursor=$next"; done > timeline.jsonl

Exit: 0 intact, 1 not intact, 2 when it can't be read.`;

interface Asked {
  readonly head?: string | undefined;
  readonly partial: boolean;
}

const reasons = {
  missing: 'is not there: the export has a gap, or an entry twice',
  changed: 'was changed after it was written: its hash does not fit what it says',
  not_linked: 'does not follow the entry before it: one of the two was replaced',
};

/** What an export is worth. The chain alone can't show that its end was cut off: `head` can. */
export function verifyExport(text: string, { head, partial }: Asked): Outcome {
  let entries: Entry[];
  try {
    entries = readExport(text);
  } catch (error) {
    return { code: 2, text: error instanceof Error ? error.message : String(error) };
  }
  const [first] = entries;
  if (!first) return { code: 2, text: 'There is no entry in it.' };
  const start: Verification = partial ? { ...startOfChain, entries: first.seq - 1, head: first.previousHash } : startOfChain;
  const { firstBad, entries: last, head: found } = verifyEntries(start, entries);
  if (firstBad) return { code: 1, text: `NOT INTACT: entry ${firstBad.seq} ${reasons[firstBad.reason]}.` };
  if (head !== undefined && head !== found)
    return { code: 1, text: `NOT INTACT: the last entry here is ${last} with the hash ${found}, which is not the one that was noted.` };
  return { code: 0, text: `Intact: entries ${start.entries + 1} to ${last}.\nHead: ${found}` };
}

function run(args: readonly string[]): Outcome {
  const options = { help: { type: 'boolean', short: 'h' }, head: { type: 'string' }, partial: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help) return { code: 0, text: help };
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) return { code: 2, text: help };
  return verifyExport(readFileSync(file === '-' ? 0 : file, 'utf8'), { head: values.head, partial: values.partial ?? false });
}

if (import.meta.main) endWith(attempted(() => run(process.argv.slice(2))));
