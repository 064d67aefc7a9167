/** `npm run verify-evidence -- --public-key KEY.pem FILE`: verifies a key's evidence or a drill's report, offline. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drillFormat, type SignedDrillReport } from '#lib/evidence/drill/statement.ts';
import { drillPage } from '#lib/evidence/page/drill.ts';
import { bundleTextIn } from '#lib/evidence/page/frame.ts';
import { evidencePage } from '#lib/evidence/page/page.ts';
import type { Bundle } from '#lib/evidence/statement.ts';
import { digestOf, faultBeside, faultOf, readBundle } from './evidence/verify.ts';
import { faultOfDrillReport, readDrillReport } from './evidence/verify-drill.ts';
import { readExport } from './timeline/export.ts';
import { attempted, endWith, type Outcome } from './timeline/outcome.ts';
import { verifyExport } from './verify-timeline.ts';

export const help = `Verifies offline what Latchkey signed: evidence about a key (its signature, its hashes, and each
fact against the timeline), or the report of a drill (its signature, and each figure against the recorded times).

  npm run verify-evidence -- --public-key KEY.pem FILE
      FILE is the JSON or the page; - reads standard input
  npm run verify-evidence -- --public-key KEY.pem --timeline EXPORT FILE
      also verifies that an export of the timeline has the same entries about the key, and no others;
      not for the report of a drill

Get the public key from AWS and not from FILE, since a forged file would contain the forger's key:

  aws kms get-public-key --key-id ARN --query PublicKey --output text | base64 -d |
    openssl pkey -pubin -inform DER > KEY.pem

Exit: 0 verified, 1 not verified, with the first difference, 2 for input that cannot be read.`;

interface Input {
  /** PEM. */
  readonly publicKey: string;
  /** An export of the whole timeline. */
  readonly timeline?: string | undefined;
}

/** Verifies a bundle or a drill's report, or a page that contains either. */
export const verifyEvidence = (text: string, input: Input): Outcome =>
  attempted(() => {
    const inPage = bundleTextIn(text);
    const file = inPage ?? text;
    const page = inPage === null ? null : text;
    return formatOf(file) === drillFormat ? verifyDrillReport(file, page, input) : verifyBundle(file, page, input);
  });

const formatOf = (file: string): unknown => JSON.parse(file)?.statement?.format;

function verifyBundle(file: string, page: string | null, { publicKey, timeline }: Input): Outcome {
  const bundle = readBundle(file);
  const fault =
    faultOf(bundle, publicKey) ??
    (page === null ? null : faultOfPage(page, evidencePage(bundle))) ??
    besideTimeline(bundle, timeline);
  return fault === null ? { code: 0, text: summaryOf(bundle, timeline) } : notVerified(fault);
}

function verifyDrillReport(file: string, page: string | null, { publicKey, timeline }: Input): Outcome {
  if (timeline !== undefined) throw new Error('--timeline is for evidence about a key. Verify the report without it.');
  const report = readDrillReport(file);
  const fault = faultOfDrillReport(report, publicKey) ?? (page === null ? null : faultOfPage(page, drillPage(report)));
  return fault === null ? { code: 0, text: drillSummary(report) } : notVerified(fault);
}

const notVerified = (fault: string): Outcome => ({ code: 1, text: `NOT VERIFIED: ${fault}` });

const signatureLine = ({ statement, signature }: Bundle | SignedDrillReport): string =>
  `Signed by ${signature.keyId}; SHA-256 of the statement: ${digestOf(statement)}`;

const drillSummary = (report: SignedDrillReport): string =>
  [
    `Verified: ${report.statement.summary}`,
    signatureLine(report),
    'Not known from this:',
    'Whether the recorded times and counts are true: compare them with the timeline.',
    ...report.statement.notShown,
  ].join('\n');

/** Compares a page with the page that its file renders to. */
function faultOfPage(text: string, again: string): string | null {
  if (again === text) return null;
  const at = [...again].findIndex((character, index) => character !== text[index]);
  const [found, made] = [text, again].map((page) => JSON.stringify(page.slice(Math.max(0, at - 30), at + 50)));
  return `The page differs from its bundle: it has ${found} where the bundle renders ${made}.`;
}

function besideTimeline({ statement }: Bundle, timeline: string | undefined): string | null {
  if (timeline === undefined) return null;
  const { code, text } = verifyExport(timeline, { partial: true });
  return code === 0 ? faultBeside(statement, readExport(timeline)) : `The export of the timeline: ${text}`;
}

const summaryOf = ({ statement, signature }: Bundle, timeline: string | undefined): string =>
  [
    `Verified: ${statement.summary}`,
    signatureLine({ statement, signature }),
    `Entries ${statement.entries.length} of ${statement.chain.hashes.length} in that time; the chain's newest then: ` +
      `#${statement.chain.head.seq} ${statement.chain.head.hash}`,
    'Not known from this:',
    ...(timeline === undefined
      ? ['Whether entries of which the bundle has only the hash were about the key: give --timeline.']
      : []),
    'Whether the chain was cut off or rewritten before it was signed: compare its newest entry with an earlier ' +
      'checkpoint.',
    "Whether what an entry says is true: compare CloudTrail's and KMS's ids with the trail of the key's account.",
  ].join('\n');

function run(args: readonly string[]): Outcome {
  const options = {
    help: { type: 'boolean', short: 'h' },
    'public-key': { type: 'string' },
    timeline: { type: 'string' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help) return { code: 0, text: help };
  const [file, ...others] = positionals;
  const keyFile = values['public-key'];
  if (file === undefined || others.length > 0 || keyFile === undefined) return { code: 2, text: help };
  const timeline = values.timeline === undefined ? undefined : readFileSync(values.timeline, 'utf8');
  return verifyEvidence(readFileSync(file === '-' ? 0 : file, 'utf8'), {
    publicKey: readFileSync(keyFile, 'utf8'),
    timeline,
  });
}

if (import.meta.main) endWith(attempted(() => run(process.argv.slice(2))));
