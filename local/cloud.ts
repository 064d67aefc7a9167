/**
 * The local cloud: every AWS service that Latchkey uses, its functions and its databases, in this process and on
 * loopback.
 * Does not: run twice in one process (functions share its environment, and keep their clients), or change what a state
 * folder holds when the template changes a table.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startApiGateway } from 'aws-local/api-gateway';
import { type Faults, noFaults } from 'aws-local/faults';
import { type AssertInvocable, createLambda, invocationCredentials, invokePermissions } from 'aws-local/lambda';
import { type Listener, PortTakenError } from 'aws-local/listener';
import { lockFolder } from 'aws-local/lock';
import { defaultMemoryDir } from 'process-fleet/memory-folder';
import { useCredentials } from '#lib/aws/credentials.ts';
import { localTemplate } from '../scripts/deploy/local-template.ts';
import { accessKey, callerOf, customerAccount, platformAccount, region } from './accounts.ts';
import { openApps } from './apps/apps.ts';
import { publishAuthority } from './authority.ts';
import { type Closers, createClosers } from './closers.ts';
import { deployAliases, deployKeys, deployTables } from './deploy.ts';
import { openReactors, openStores, type Reactors, type Stores } from './emulators.ts';
import { enterEnvironment, functionSettings, hastened } from './environment.ts';
import { type Databases, openDatabases } from './fleet.ts';
import { type Around, createGate, type Gate } from './gate.ts';
import { createPrincipals, type OnDecision, type Principals } from './principals.ts';
import { startSchedule } from './schedule.ts';
import { plainSetting } from './stack/functions.ts';
import type { Place } from './stack/physicals.ts';
import { type Api, apiOf, type Stack, stackOf } from './stack/stack.ts';
import { parseTemplate, type Template } from './stack/template.ts';

export interface CloudOptions {
  /** Where everything is kept; one cloud at a time. */
  readonly dir: string;
  /** 0 takes a free port; databases take pairs from theirs up. */
  readonly ports: { readonly api: number; readonly aws: number; readonly inbox: number; readonly databases: number };
  /** How many times faster than on AWS waits and schedules go. */
  readonly speed: number;
  /** How many times faster than on AWS keys are deleted and expire; `speed` by default. */
  readonly keySpeed?: number;
  /** Whether apps that say how are run here, as this user; not unless set (`make start` and `make demo` do). */
  readonly runsApps?: boolean;
  /** What a test has go wrong. */
  readonly faults?: Faults;
  /** What a test does around each invocation of a function. */
  readonly around?: Around;
  /** Receives each decision on a request of a function, by its role's policies. */
  readonly onDecision?: OnDecision;
  /** What a test changes in the packaged template. */
  readonly change?: (template: Template) => Template;
  /** Settings of functions that a test changes. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Cloud extends Stores, Reactors, Pick<Databases, 'resumed' | 'server'> {
  readonly urls: { readonly api: string; readonly aws: string; readonly inbox: string };
  readonly accounts: { readonly customer: string; readonly platform: string };
  readonly dir: string;
  /** What the functions find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stack: Stack;
  invoke(functionNameOrArn: string, payload: unknown): Promise<unknown>;
  /**
   * Stops everything in order, saving and sealing the databases; returns what did not stop cleanly. May be called
   * twice.
   */
  close(): Promise<string[]>;
}

/**
 * Each scheduled function reads the table. At a high speed, invoking them more often than this would keep a processor
 * busy, which costs a workflow more time than a later sweep does.
 */
const shortestMs = 300;
/**
 * How long closing waits for functions that run, and for databases to save and seal. Redis outlives this process if it
 * takes longer.
 */
const functionsLimitMs = 10_000;
const databasesLimitMs = 120_000;
/** Apps get SIGTERM, and SIGKILL after five seconds. */
const appsLimitMs = 10_000;

/**
 * Starts the cloud on a state folder and brings its databases back. Throws with what to do; nothing is left running
 * then.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const closers = createClosers();
  try {
    return await open({ ...options, dir: resolve(options.dir) }, closers);
  } catch (error) {
    await closers.closeAll();
    throw withAdvice(error);
  }
}

const withAdvice = (error: unknown): unknown =>
  error instanceof PortTakenError
    ? new Error(
        `${error.message} Most likely another \`make start\` of Latchkey runs: stop it with Ctrl-C in its terminal.`,
        { cause: error },
      )
    : error;

const unchanged = (template: Template): Template => template;

async function open(options: CloudOptions, closers: Closers): Promise<Cloud> {
  const { dir, ports, speed, keySpeed = speed, faults = noFaults } = options;
  const unlock = await lockFolder(dir, 'Latchkey');
  closers.add({ phase: 'lock', name: 'the lock', close: async () => unlock() });
  const template = (options.change ?? unchanged)(parseTemplate(await localTemplate()));
  const gate = createGate(options.around);
  closers.add({ phase: 'functions', name: 'functions', close: () => gate.close(), limitMs: functionsLimitMs });

  const verified = [plainSetting(template, 'MAIL_FROM')];
  const permitted = apiOf(template, emptyPlace);
  const assertInvocable = invokePermissions(permitted.permissions);
  const { bus, emit } = laterBus();
  const [stores, api] = await Promise.all([
    openStores({ dir, inboxPort: ports.inbox, verified, closers, keySpeed, emit }),
    openApi(permitted, { port: ports.api, speed, assertInvocable, invoke: gate.invoke, closers }),
  ]);
  const place = { ...emptyPlace, apiUrl: api.url };
  const keyIds = await deployKeys(stores.kms, template, { place, file: join(dir, 'keys.json') });
  const stack = stackOf(template, { ...place, keyIds });
  const principals = createPrincipals(stack, options.onDecision);
  const [reactors] = await Promise.all([
    openReactors({
      ...{ dir, awsPort: ports.aws, speed, stack, stores, closers, faults, principals, assertInvocable },
      invoke: gate.invoke,
    }),
    deployTables(stores.dynamodb, stack.tables),
    deployAliases(stores.kms, stack.aliases),
    ...stack.buckets.map((name) => stores.s3.createBucket(name, callerOf(accessKey(platformAccount)))),
  ]);
  bus.resolve(reactors.events);
  const environment = settle(stack, { options, awsUrl: reactors.aws.url, closers });
  const databases = await runFunctions(stack, { gate, dir, speed, closers, principals, reactors });

  return {
    urls: { api: api.url, aws: reactors.aws.url, inbox: stores.inbox.url },
    accounts: { customer: customerAccount, platform: platformAccount },
    ...{ dir, environment, stack },
    ...stores,
    ...reactors,
    resumed: databases.resumed,
    server: databases.server,
    invoke: gate.invoke,
    close: closers.closeAll,
  };
}

/** Events of KMS and SES wait until EventBridge is there. */
function laterBus() {
  const bus = Promise.withResolvers<Reactors['events']>();
  const emit: Parameters<typeof openStores>[0]['emit'] = (event) => {
    void bus.promise.then((events) => events.put({ ...event, detail: { ...event.detail } })).catch(report);
  };
  return { bus, emit };
}

/** Of the functions' files. */
const root = resolve(import.meta.dirname, '..');

const emptyPlace: Place = { stackName: 'latchkey-local', accountId: platformAccount, region, apiUrl: '', keyIds: {} };

interface ApiOptions {
  readonly port: number;
  readonly speed: number;
  readonly assertInvocable: AssertInvocable;
  readonly invoke: Gate['invoke'];
  readonly closers: Closers;
}

async function openApi(
  { routes, authorizer }: Api,
  { port, speed, assertInvocable, invoke, closers }: ApiOptions,
): Promise<Listener> {
  const { ttlSeconds, routeKeys, ...options } = authorizer;
  const api = await startApiGateway({
    port,
    routes,
    authorizer: { ...options, ttlMs: (ttlSeconds * 1000) / speed, isFor: (routeKey) => routeKeys.has(routeKey) },
    accountId: platformAccount,
    region,
    invoke: async (functionArn, event, sourceArn) => {
      assertInvocable(functionArn, { service: 'apigateway.amazonaws.com', sourceArn });
      return invoke(functionArn, event);
    },
    onFailure: report,
  });
  closers.add({ phase: 'triggers', name: 'the API', close: () => api.close() });
  return api;
}

/** Gives this process the functions' environment. */
function settle(
  { place, environment: declared }: Stack,
  { options, awsUrl, closers }: { options: CloudOptions; awsUrl: string; closers: Closers },
) {
  const dir = resolve(options.dir);
  const fleetDir = join(dir, 'fleet', 'servers');
  mkdirSync(fleetDir, { recursive: true, mode: 0o700 });
  const memoryDir = process.env.FLEET_MEMORY_DIR ?? defaultMemoryDir(fleetDir);
  const settings = functionSettings({
    ...{ dir, fleetDir, memoryDir, awsUrl, apiUrl: place.apiUrl },
    firstDatabasePort: options.ports.databases,
    runsApps: options.runsApps,
  });
  const environment = { ...hastened(declared(settings), options.speed), ...options.settings };
  const leave = enterEnvironment(environment);
  closers.add({ phase: 'environment', name: 'the environment', close: async () => leave() });
  // Outside of an invocation, as in `make start` itself, code acts as the deployment's administrator.
  useCredentials(async () => invocationCredentials() ?? administrator);
  return environment;
}

const administrator = { accessKeyId: accessKey(platformAccount), secretAccessKey: 'local' };

interface Running {
  readonly gate: Gate;
  readonly dir: string;
  readonly speed: number;
  readonly closers: Closers;
  readonly principals: Principals;
  readonly reactors: Pick<Reactors, 'deliver' | 'keepUndelivered'>;
}

async function runFunctions(stack: Stack, { gate, dir, speed, closers, principals, reactors }: Running) {
  const databases = await openDatabases(process.env.FLEET_MEMORY_DIR ?? '');
  publishAuthority(dir, databases.authorityFile);
  closers.add({ phase: 'databases', name: 'the databases', close: () => databases.close(), limitMs: databasesLimitMs });
  const apps = openApps(dir);
  closers.add({ phase: 'apps', name: 'the apps', close: () => apps.close(), limitMs: appsLimitMs });
  gate.open(createLambda({ functions: stack.functions, root, credentialsOf: principals.credentialsOf }));
  const { schedules, place } = stack;
  const schedule = startSchedule({ schedules, place, speed, shortestMs, ...reactors, onFailure: report });
  closers.add({ phase: 'triggers', name: 'the schedule', close: () => schedule.close() });
  return databases;
}

/** Logs failures that have no caller. */
function report(failure: unknown): void {
  console.error(
    JSON.stringify({ message: 'The local cloud met a failure', failure }, (_key, value) =>
      value instanceof Error ? (value.stack ?? value.message) : value,
    ),
  );
}
