/** `npm run verify-timeline -- FILE`: verifies an export of a timeline offline, by computing every hash again. */
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { canonicalJson, type Entry } from '#lib/model/entry.ts';
import { startOfChain, type Verification, verifyEntries } from '#lib/timeline/verify.ts';
import { readCheckpoint } from './timeline/checkpoint.ts';
import { readExport } from './timeline/export.ts';
import { attempted, endWith, type Outcome } from './timeline/outcome.ts';

export const help = `Verifies an export of a Latchkey timeline offline.

  npm run verify-timeline -- FILE
      FILE has JSON lines, or the API's pages; - reads standard input
  npm run verify-timeline -- --head HASH FILE
      also compares the last hash with one that you noted
  npm run verify-timeline -- --partial FILE
      accepts an export that does not begin with the first entry
  npm run verify-timeline -- --checkpoint CHECKPOINT --public-key KEY.pem FILE
      also verifies that the export contains the entry of a signed checkpoint. CHECKPOINT is the response of
      GET /v1/timeline/verification, its "checkpoint", or the object in the bucket of the backups

A filtered export has gaps, and does not verify. To export all of a team's entries:

  cursor=; while :; do
    page=$(curl -sSf -H "Authorization: Bearer $LATCHKEY_TOKEN" "$LATCHKEY_URL/v1/timeline?limit=100$cursor")
    echo "$page"
    next=$(echo "$page" | jq -r '.cursor // empty'); [ "$next" ] || break; cursor="&cursor=$next"
  done > timeline.jsonl

Exit: 0 intact, 1 not intact, 2 for input that cannot be read.`;

interface Options {
  readonly head?: string | undefined;
  readonly partial: boolean;
  /** The checkpoint as text, and the key that signs checkpoints, in PEM. */
  readonly checkpoint?: { readonly text: string; readonly publicKey: string } | undefined;
}

const reasons = {
  missing: 'is not there: the export has a gap, or an entry twice',
  changed: 'was changed after it was written: its hash does not match its content',
  not_linked: 'does not follow the entry before it: one of the two was replaced',
  head_differs: "differs from the chain's head",
};

/**
 * Verifies an export. The chain alone cannot show that its end was removed, or that all of it was rewritten; `head` and
 * `checkpoint` can.
 */
export function verifyExport(text: string, { head, partial, checkpoint }: Options): Outcome {
  return attempted(() => verifiedEntries(readExport(text), { head, partial, checkpoint }));
}

function verifiedEntries(entries: readonly Entry[], { head, partial, checkpoint }: Options): Outcome {
  const [first] = entries;
  if (!first) return { code: 2, text: 'There is no entry in it.' };
  const start: Verification = partial
    ? { ...startOfChain, entries: first.seq - 1, head: first.previousHash }
    : startOfChain;
  const { firstBad, entries: last, head: found } = verifyEntries(start, entries);
  if (firstBad) return { code: 1, text: `NOT INTACT: entry ${firstBad.seq} ${reasons[firstBad.reason]}.` };
  if (head !== undefined && head !== found)
    return {
      code: 1,
      text: `NOT INTACT: the last entry here is ${last} with the hash ${found}, which is not the one that was noted.`,
    };
  const sealed = checkpoint && againstCheckpoint(entries, checkpoint);
  if (sealed && sealed.code !== 0) return sealed;
  const unknown = unknowns({ partial, first: first.seq, last, head, sealed: sealed?.text });
  return {
    code: 0,
    text: [`Intact: entries ${start.entries + 1} to ${last}.`, `Head: ${found}`, ...unknown].join('\n'),
  };
}

/** The statements that an export cannot prove without `head` or `checkpoint`. */
function unknowns({
  partial,
  first,
  last,
  head,
  sealed,
}: {
  partial: boolean;
  first: number;
  last: number;
  head: string | undefined;
  sealed: string | undefined;
}) {
  const cut =
    `Whether the chain continues after entry ${last}: an end that was cut off leaves no trace in it. ` +
    'Compare with --head, or --checkpoint.';
  const rewritten =
    'Whether all of it was rewritten: hashes show only that entries are consistent. ' +
    'Compare with --checkpoint, or with a head that you noted.';
  const before = `What was before entry ${first}.`;
  const known = head !== undefined || sealed !== undefined;
  const list = [
    ...(known ? [] : [cut, rewritten]),
    ...(sealed === undefined ? [] : [sealed]),
    ...(partial && first > 1 ? [before] : []),
  ];
  return ['Not known from this:', ...list, 'Whether the content of an entry is true: the platform wrote it.'];
}

/** The result's text names what the checkpoint does not prove. */
function againstCheckpoint(
  entries: readonly Entry[],
  { text, publicKey }: NonNullable<Options['checkpoint']>,
): Outcome {
  const { statement, signature } = readCheckpoint(text);
  const { seq, hash, team, sealedAt } = statement;
  if (
    !verify(
      'sha256',
      Buffer.from(canonicalJson(statement)),
      createPublicKey(publicKey),
      Buffer.from(signature, 'base64'),
    )
  )
    return {
      code: 1,
      text: 'NOT INTACT: the signature of the checkpoint does not fit: it was changed, or another key signed it.',
    };
  const entry = entries.find((each) => each.seq === seq);
  if (!entry)
    return { code: 1, text: `NOT INTACT: the checkpoint of ${sealedAt} has entry ${seq}, and the export does not.` };
  if (entry.teamId !== team) return { code: 1, text: "NOT INTACT: the checkpoint is of another team's timeline." };
  if (entry.hash !== hash)
    return { code: 1, text: `NOT INTACT: entry ${seq} is not the one that was sealed on ${sealedAt}.` };
  return {
    code: 0,
    text: `Whether anything behind entry ${seq}, which was sealed at ${sealedAt}, was cut off or rewritten since.`,
  };
}

function run(args: readonly string[]): Outcome {
  const texts = { head: { type: 'string' }, checkpoint: { type: 'string' }, 'public-key': { type: 'string' } } as const;
  const options = { help: { type: 'boolean', short: 'h' }, partial: { type: 'boolean' }, ...texts } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help) return { code: 0, text: help };
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) return { code: 2, text: help };
  const { checkpoint: checkpointFile, 'public-key': keyFile } = values;
  if ((checkpointFile === undefined) !== (keyFile === undefined)) return { code: 2, text: help };
  const checkpoint =
    checkpointFile && keyFile
      ? { text: readFileSync(checkpointFile, 'utf8'), publicKey: readFileSync(keyFile, 'utf8') }
      : undefined;
  const text = readFileSync(file === '-' ? 0 : file, 'utf8');
  return verifyExport(text, { head: values.head, partial: values.partial ?? false, checkpoint });
}

if (import.meta.main) endWith(attempted(() => run(process.argv.slice(2))));
