/** How long a function takes until its first answer, loaded and called in a fresh process, against a bare handler that sends the same calls. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usesOf } from '../scripts/deploy/adapter-use.ts';
import { bundleAll, bundleSource } from '../scripts/deploy/bundle.ts';
import { deployedFunctions } from '../scripts/deploy/deployed.ts';
import { entryOf, type FunctionSettings } from '../scripts/deploy/entries.ts';
import { bareHandler } from './cold-start/bare.ts';
import { databaseOf, firstCall, type Subjects } from './cold-start/first-calls.ts';
import { type Pair, turnAbout } from './cold-start/fresh-process.ts';
import { type World, withAws } from './requests/aws.ts';
import { lambdaContext } from './requests/events.ts';
import { recordedCalls, waves } from './requests/recorded-calls.ts';
import { against, type Measurement, type Row } from './row.ts';
import { percentile } from './statistics.ts';
import { amount, ratioText } from './table.ts';

const root = join(import.meta.dirname, '..');

/** Of each kind of bundle some; `--all` measures every function of the API and every task. */
const sample = new Set(
  `getHealth getKey checkKey registerKey getImpact createDatabase getDatabase listDatabases destroyDatabase promoteDatabase readCredentials
   createBackup listApps createToken verifyTimeline getOpenApi keyShutdownConfirmTheLockout keyShutdownStopServices keyRestartStartServers
   provisionDatabaseCreateTheGrant provisionDatabaseLaunchTheServer promoteDatabaseMakeItTheLeader backupDatabaseSaveAndStoreTheData
   destroyDatabaseForgetTheDatabase`.split(/\s+/),
);

type Functions = readonly (readonly [string, FunctionSettings])[];
type Found = Pair & { readonly key: string; readonly ratio: number };
type Say = (line: string) => void;

export const row: Row = {
  key: 'cold-start',
  title: 'Cold start',
  measure: async (say, { all }) => {
    const functions = Object.entries(deployedFunctions(root)).filter(
      ([key, { handler }]) => /^functions\/(api|tasks)\//.test(handler) && (all || sample.has(key)),
    );
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-cold-'));
    try {
      return told(await withAws((world) => measured(functions, { world, folder, say })));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measured(
  functions: Functions,
  { world, folder, say }: { world: World; folder: string; say: Say },
): Promise<Found[]> {
  const subjects = { ...world, databaseId: await databaseOf(world) };
  // As deployed: a bundle has EC2's fleet, and restarts no app on this machine.
  const environment = { ...world.environment, RESTART_DRIVER: 'event' };
  Object.assign(process.env, environment);
  const files = await written(functions, { subjects, folder, say });
  const found: Found[] = [];
  for (const [key, settings] of functions) {
    say(`${key}, ${found.length + 1} of ${functions.length}`);
    const pair = await turnAbout(files(key), firstCall(key, settings, subjects), environment);
    found.push({ key, ...pair, ratio: pair.ours / pair.bare });
  }
  return found;
}

/** Both bundles of each function, in files. */
async function written(
  functions: Functions,
  { subjects, folder, say }: { subjects: Subjects; folder: string; say: Say },
) {
  const filesOf = (key: string) => ({ ours: join(folder, `${key}.mjs`), bare: join(folder, `${key}-bare.mjs`) });
  const entries = functions.map(([key, settings]) => entryOf(key, settings));
  say(`bundling ${entries.length} functions`);
  const uses = await usesOf(root, entries);
  const bundles = await bundleAll(root, entries, uses);
  for (const [key, settings] of functions) {
    const { code = '', origins = {} } = bundles.get(key) ?? {};
    const groups = waves(await callsOf(settings.handler, firstCall(key, settings, subjects)));
    const source = bareHandler({ origins, commands: uses.get(key)?.commands ?? [], groups });
    writeFileSync(filesOf(key).ours, code);
    writeFileSync(filesOf(key).bare, await bundleSource(root, source));
  }
  return filesOf;
}

/** What the function itself sends. */
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
