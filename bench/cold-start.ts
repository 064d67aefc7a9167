/** The time to a function's first response in a fresh process, against a bare handler that sends the same calls. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleAll, bundleSource } from '../scripts/deploy/bundle.ts';
import { type Deployed, deployedFunctions, entryOf } from '../scripts/deploy/deployed.ts';
import { bareHandler } from './cold-start/bare.ts';
import { databaseOf, type FirstCall, firstCalls, type Subjects } from './cold-start/first-calls.ts';
import { type Pair, recordedGroups, turnAbout } from './cold-start/fresh-process.ts';
import { type World, withAws } from './requests/aws.ts';
import { against, type Measurement, type Row } from './row.ts';
import { percentile } from './statistics.ts';
import { amount, ratioText } from './table.ts';

const root = join(import.meta.dirname, '..');

type Functions = readonly (readonly [string, Deployed])[];
type Found = Pair & { readonly key: string; readonly ratio: number };
type Say = (line: string) => void;

/** One call of each function of the API and of each machine; `--all` measures every route and step. */
export const row: Row = {
  key: 'cold-start',
  title: 'Cold start',
  measure: async (say, { all }) => {
    const functions = Object.entries(deployedFunctions(root)).filter(([, { handler }]) =>
      /^functions\/(api|tasks)\//.test(handler),
    );
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-cold-'));
    try {
      return measurementsOf(await withAws((world) => measured(functions, { world, folder, say, all })));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measured(
  functions: Functions,
  { world, folder, say, all }: { world: World; folder: string; say: Say; all: boolean },
): Promise<Found[]> {
  const subjects: Subjects = { ...world, databaseId: await databaseOf(world) };
  // As deployed: a bundle has EC2's fleet, and restarts no app on this machine.
  const environment = { ...world.environment, RESTART_DRIVER: 'event' };
  Object.assign(process.env, environment);
  const calls = firstCalls(functions, subjects, all);
  const written = await writeBundles(functions, calls, { folder, say, all });
  const found: Found[] = [];
  for (const [index, { call, files }] of written.entries()) {
    const { key, name, event } = call;
    say(`${key}: ${name}, ${index + 1} of ${written.length}`);
    const pair = await turnAbout(files, event, environment);
    found.push({ key: all ? `${key}: ${name}` : key, ...pair, ratio: pair.ours / pair.bare });
  }
  return found;
}

interface Written {
  readonly call: FirstCall;
  readonly files: Readonly<Record<keyof Pair, string>>;
}

/**
 * Both bundles of each call, in files. A call that sends nothing to AWS is left out of `all`, and is an error
 * otherwise: its bare handler would do nothing.
 */
async function writeBundles(
  functions: Functions,
  calls: readonly FirstCall[],
  { folder, say, all }: { folder: string; say: Say; all: boolean },
): Promise<Written[]> {
  const settings = new Map(functions);
  say(`bundling ${functions.length} functions`);
  const bundles = await bundleAll(
    root,
    functions.map(([key, each]) => entryOf(key, each)),
  );
  const written: Written[] = [];
  for (const [index, call] of calls.entries()) {
    const { code = '', origins = {} } = bundles.get(call.key) ?? {};
    const groups = await callsOf(settings.get(call.key)?.handler ?? '', call.event);
    if (groups.length === 0) {
      if (!all) throw new Error(`${call.key} answers ${call.name} without a call of AWS. Measure another call.`);
      continue;
    }
    const files = { ours: join(folder, `${call.key}.mjs`), bare: join(folder, `bare-${index}.mjs`) };
    writeFileSync(files.ours, code);
    writeFileSync(files.bare, await bundleSource(root, bareHandler({ origins, groups })));
    written.push({ call, files });
  }
  return written;
}

/** The calls that the function itself sends, in groups, when an earlier call has created what every later one finds. */
async function callsOf(handlerName: string, event: unknown) {
  const file = join(root, `${handlerName.slice(0, handlerName.lastIndexOf('.'))}.ts`);
  await recordedGroups(file, event);
  return recordedGroups(file, event);
}

function measurementsOf(found: readonly Found[]): Measurement[] {
  const ratios = found.map(({ ratio }) => ratio);
  const at = (percent: number): Found => found.find(({ ratio }) => ratio === percentile(ratios, percent)) as Found;
  const slowest = found.toSorted((a, b) => b.ratio - a.ratio).slice(0, 5);
  const note = slowest.map(({ key, ours, ratio }) => `${key} ${ratioText(ratio)} (${amount(ours, 'ms')})`).join(', ');
  const of = (percent: number, name: string): Measurement => {
    const { key, ours, bare } = at(percent);
    return against(bare, {
      name: `${name} of ${found.length} functions (${key})`,
      value: ours,
      unit: 'ms',
      atMost: 1.3,
    });
  };
  return [of(50, 'median'), { ...of(90, '90th percentile'), note: `furthest behind: ${note}` }];
}
