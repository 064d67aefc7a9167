/**
 * Which AWS commands a function may come to send, read from the code that is left of this repository in its bundle. An adapter is there as a
 * whole: of it counts what the other modules call. The fleet is such an adapter too: a verb counts with the commands that its own code calls.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, ownCodeOf, reachedFrom } from './bundle.ts';
import type { Contents, FleetPart } from './left-out.ts';

type Commands = readonly string[];

/** The commands of each method of an adapter that has several. */
const methods: Readonly<Record<string, Readonly<Record<string, Commands>>>> = {
  'lib/aws/workflows.ts': { startWorkflow: ['StartExecutionCommand'], isRunning: ['DescribeExecutionCommand'] },
  'lib/aws/kms.ts': {
    seal: ['EncryptCommand'],
    open: ['DecryptCommand'],
    createGrant: ['CreateGrantCommand'],
    findGrant: ['ListRetirableGrantsCommand'],
    retireGrant: ['RetireGrantCommand'],
  },
  'lib/store/commit.ts': { commit: ['TransactWriteCommand'] },
  // Of the bucket they reach checkpoints only.
  'lib/aws/checkpoints.ts': {
    readCheckpoint: ['GetObjectCommand of checkpoints'],
    storeCheckpoint: ['PutObjectCommand of checkpoints'],
  },
  'lib/aws/ec2.ts': {
    run: ['RunInstancesCommand'],
    withTag: ['DescribeInstancesCommand'],
    start: ['StartInstancesCommand'],
    stop: ['StopInstancesCommand'],
    terminate: ['TerminateInstancesCommand'],
    tag: ['CreateTagsCommand'],
    volumesWithTag: ['DescribeVolumesCommand'],
    deleteVolume: ['DeleteVolumeCommand'],
  },
  'lib/aws/ssm.ts': { send: ['SendCommandCommand'], runsOf: ['ListCommandInvocationsCommand'] },
  'lib/aws/backup-transfers.ts': {
    find: ['HeadObjectCommand'],
    beginUpload: ['CreateMultipartUploadCommand', 'UploadPartCommand', 'PutObjectCommand', 'GetObjectCommand'],
    completeUpload: [
      'ListMultipartUploadsCommand',
      'ListPartsCommand',
      'CompleteMultipartUploadCommand',
      'DeleteObjectCommand',
    ],
    downloadUrl: ['GetObjectCommand'],
  },
};

/** How callers name an adapter. The fleet's parts are called by its verbs alone. */
const callOf: Readonly<Record<string, (method: string) => RegExp>> = {
  'lib/aws/workflows.ts': (method) => new RegExp(`(?<!async )\\b${method}\\(`),
  'lib/aws/kms.ts': (method) => new RegExp(`\\bdeps\\d*\\.${method}\\(`),
  'lib/store/commit.ts': (method) => new RegExp(`await ${method}\\d*\\(`),
  'lib/aws/checkpoints.ts': (method) => new RegExp(`\\bdeps\\d*\\.${method}\\(`),
};
const partFiles: Readonly<Record<string, string>> = {
  machines: 'lib/aws/ec2.ts',
  commands: 'lib/aws/ssm.ts',
  transfers: 'lib/aws/backup-transfers.ts',
};

const probe = 'lib/aws/kms-probe.ts';
const verbsFile = 'lib/fleet/ec2/verbs.ts';

/** A step of a lockout names its phase, and the phase its verb. */
const phases = {
  'stop-services': 'stopServices',
  'stop-servers': 'stopServers',
  'start-servers': 'startServers',
  'start-services': 'startServices',
};

/** A verb's commands, and what it works with. */
interface Verb {
  readonly commands: Commands;
  readonly parts: readonly FleetPart[];
  readonly calls: readonly string[];
}

export interface Use extends Contents {
  readonly commands: Commands;
}

/** By the function's key. */
export type Uses = ReadonlyMap<string, Use>;

export async function usesOf(root: string, entries: readonly Entry[]): Promise<Uses> {
  const [code, verbs] = await Promise.all([ownCodeOf(root, entries), verbsOf(root)]);
  return new Map([...code].map(([key, text]) => [key, useOf(sectionsOf(text), verbs)]));
}

function useOf(sections: ReadonlyMap<string, string>, verbs: ReadonlyMap<string, Verb>): Use {
  const text = callersIn(sections);
  const called = sections.has(verbsFile) ? [...verbs.keys()].filter((name) => mayCall(text, name)) : [];
  return {
    commands: sentBy(sections, verbs),
    verbs: called,
    parts: [...new Set(called.flatMap((name) => verbs.get(name)?.parts ?? []))].sort(),
    calls: [...new Set(called.flatMap((name) => verbs.get(name)?.calls ?? []))].sort(),
  };
}

/** Wider than what the rights follow from: a verb counts by its name alone, whatever it is called on. */
const mayCall = (text: string, verb: string): boolean =>
  new RegExp(`\\.${verb}\\(`).test(text) || verbsIn(text).has(verb);

/** The code of all modules that call adapters. */
const callersIn = (sections: ReadonlyMap<string, string>): string =>
  [...sections]
    .flatMap(([path, code]) => (path.startsWith('lib/fleet/') || path.startsWith('lib/aws/') ? [] : [code]))
    .join('\n');

/** The code of each module, by its path. */
function sectionsOf(text: string): ReadonlyMap<string, string> {
  const [, ...pieces] = text.split(/^\/\/ ((?:lib|functions)\/\S+\.ts)$/m);
  return new Map(pieces.flatMap((path, index) => (index % 2 === 0 ? [[path, pieces[index + 1] ?? ''] as const] : [])));
}

function sentBy(sections: ReadonlyMap<string, string>, verbs: ReadonlyMap<string, Verb>): string[] {
  const text = callersIn(sections);
  const used = sections.has(verbsFile) ? [...verbsIn(text)].flatMap((name) => verbs.get(name) ?? []) : [];
  const probes = used.some(({ parts }) => parts.includes('checkKey')) || /\bkeyProbe\(\)/.test(text);
  const own = [...sections].filter(([path]) => !(path in methods) && (probes || path !== probe));
  const plain = own.flatMap(([, code]) => sentIn(code));
  const called = Object.entries(callOf).flatMap(([path, call]) =>
    sections.has(path) ? calledIn(text, path, call) : [],
  );
  return [...new Set([...plain, ...called, ...used.flatMap(({ commands }) => commands)])].sort();
}

const sentIn = (code: string): string[] => [
  ...[...code.matchAll(/\bnew (\w+Command)\d*\(/g)].map(([, name = '']) => name),
  ...[...code.matchAll(/\bpaginate(\w+)\(/g)].map(([, name = '']) => `${name}Command`),
];

const calledIn = (text: string, path: string, call: (method: string) => RegExp): Commands =>
  Object.entries(methods[path] ?? {}).flatMap(([method, commands]) => (call(method).test(text) ? commands : []));

function verbsIn(text: string): Set<string> {
  const phase = Object.entries(phases).find(([name]) => new RegExp(`driveBatch\\([^,]+, "${name}"`).test(text));
  if (phase) return new Set([phase[1]]);
  return new Set([...text.matchAll(/\b(?:fleet\d*|fleet\d*\(\)\))\.(\w+)\(/g)].map(([, name = '']) => name));
}

/** Each verb is bundled alone, so that only what it reaches is left. */
async function verbsOf(root: string): Promise<ReadonlyMap<string, Verb>> {
  const source = readFileSync(join(root, verbsFile), 'utf8');
  const imports = [...source.matchAll(/import \{ ([^}]+) \} from '\.\/([\w-]+)\.ts'/g)];
  const places = imports.flatMap(([, names = '', file = '']) => names.split(', ').map((name) => [name, file] as const));
  const verbs = await Promise.all(places.map(async ([name, file]) => [name, await verbOf(root, name, file)] as const));
  return new Map(verbs);
}

async function verbOf(root: string, name: string, file: string): Promise<Verb> {
  const text = await reachedFrom(root, { name, file: `lib/fleet/ec2/${file}.ts` });
  const called = [...text.matchAll(/\b(machines|commands|transfers)\d*\.(\w+)\(/g)];
  const commands = called.flatMap(([, part = '', method = '']) => methods[partFiles[part] ?? '']?.[method] ?? []);
  const parts = (['commands', 'transfers', 'checkKey'] as const).filter((part) =>
    new RegExp(`\\b${part}\\d*[.(]`).test(text),
  );
  return {
    commands: [...new Set(commands)].sort(),
    parts,
    calls: [...new Set(called.map(([, , method = '']) => method))],
  };
}
