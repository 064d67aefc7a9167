/**
 * A reporter of Jest: after a run of all tests, lists the declared rights that no test used. Such a right is tested or
 * removed from `serverless.yml`.
 */
import { join } from 'node:path';
import { deployedFunctions } from '../../scripts/deploy/deployed.ts';
import { rightsOf } from '../../scripts/deploy/roles.ts';
import { finishRecord, startRecord } from './rights-record.ts';

const root = join(import.meta.dirname, '..', '..');

/** Rights whose requests no emulator accepts, and where their requests are tested instead. */
const onlyOnAws: Readonly<Record<string, string>> = {
  'apps:restart': 'no emulator has ECS; test/integration/deploy/slim-clients.test.ts compares its request',
};

interface Unused {
  /** Of each function, as `apiKeys: keys:probe`: tested, or removed from `serverless.yml`. */
  readonly unexplained: readonly string[];
  /** As `onEffectDue: apps:restart (no emulator has ECS; …)`. */
  readonly onlyOnAws: readonly string[];
}

export function unusedRights(declared: ReadonlyMap<string, readonly string[]>, used: ReadonlySet<string>): Unused {
  const unused = [...declared].flatMap(([key, rights]) =>
    rights.filter((right) => !used.has(`${key} ${right}`)).map((right) => ({ name: `${key}: ${right}`, right })),
  );
  return {
    unexplained: unused.flatMap(({ name, right }) => (onlyOnAws[right] ? [] : [name])),
    onlyOnAws: unused.flatMap(({ name, right }) => (onlyOnAws[right] ? [`${name} (${onlyOnAws[right]})`] : [])),
  };
}

interface Settings {
  readonly testPathPatterns?: { readonly patterns: readonly string[] };
  readonly projects: readonly unknown[];
}

// biome-ignore lint/style/noDefaultExport: Jest takes a reporter from there.
export default class RightsReporter {
  readonly #isWhole: boolean;
  readonly #projects: number;

  constructor({ testPathPatterns, projects }: Settings) {
    this.#isWhole = (testPathPatterns?.patterns.length ?? 0) === 0;
    this.#projects = projects.length;
  }

  onRunStart(): void {
    if (this.#isWhole) startRecord();
  }

  /** A part of the tests says nothing about what the others use. */
  onRunComplete(contexts: ReadonlySet<unknown>): void {
    if (!this.#isWhole) return;
    const used = finishRecord();
    if (contexts.size < this.#projects) return;
    process.stderr.write(reportOf(unusedRights(rightsOf(deployedFunctions(root)), used)));
  }
}

export function reportOf({ unexplained, onlyOnAws: rest }: Unused): string {
  const list = (names: readonly string[]) => names.map((name) => `  ${name}\n`).join('');
  const except = rest.length > 0 ? `, except what only AWS can show:\n${list(rest)}` : '.\n';
  if (unexplained.length === 0) return `\nThe tests used every declared right${except}`;
  return `\nDeclared rights that no test used:\n${list([...unexplained, ...rest])}`;
}
