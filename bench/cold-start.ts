/** The time to a function's first response in a fresh process, against a bare handler that sends the same calls. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleAll, bundleSource } from '../scripts/deploy/bundle.ts';
import { type Deployed, deployedFunctions, entryOf } from '../scripts/deploy/deployed.ts';
import { bareHandler } from './cold-start/bare.ts';
import { databaseOf, type FirstCall, firstCalls, type Subjects } from './cold-start/first-calls.ts';
import { type Pair, turnAbout } from './cold-start/fresh-process.ts';
import { type World, withAws } from './requests/aws.ts';
import { lambdaContext } from './requests/events.ts';
import { recordedCalls, waves } from './requests/recorded-calls.ts';
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
      return told(await withAws((world) => measured(functions, { world, folder, say, all })));
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
  const files = await written(functions, calls, { folder, say });
  const found: Found[] = [];
  for (const [index, { key, name, event }] of calls.entries()) {
    say(`${key}: ${name}, ${index + 1} of ${calls.length}`);
    const pair = await turnAbout(files(index), event, environment);
    found.push({ key: all ? `${key}: ${name}` : key, ...pair, ratio: pair.ours / pair.bare });
  }
  return found;
}

/** Both bundles of each call, in files. */
async function written(
  functions: Functions,
  calls: readonly FirstCall[],
  { folder, say }: { folder: string; say: Say },
) {
  const filesOf = (index: number) => ({
    ours: join(folder, `${calls[index]?.key}.mjs`),
    bare: join(folder, `bare-${index}.mjs`),
  });
  const settings = new Map(functions);
  say(`bundling ${functions.length} functions`);
  const bundles = await bundleAll(
    root,
    functions.map(([key, each]) => entryOf(key, each)),
  );
  for (const [index, { key, event }] of calls.entries()) {
    const { code = '', origins = {} } = bundles.get(key) ?? {};
    const groups = waves(await callsOf(settings.get(key)?.handler ?? '', event));
    writeFileSync(filesOf(index).ours, code);
    writeFileSync(filesOf(index).bare, await bundleSource(root, bareHandler({ origins, groups })));
  }
  return filesOf;
}

/** The calls that the function itself sends. */
async function callsOf(handlerName: string, event: unknown) {
  const path = `${handlerName.slice(0, handlerName.lastIndexOf('.'))}.ts`;
  const { handler } = (await import(join(root, path))) as {
    handler: (event: unknown, context: unknown) => Promise<unknown>;
  };
  return recordedCalls(() => handler(event, lambdaContext()).catch(() => undefined));
}

function told(found: readonly Found[]): Measurement[] {
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
