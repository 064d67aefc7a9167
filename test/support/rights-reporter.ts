/**
 * A reporter of Jest: after a run of all tests, lists the declared rights that no test used. Such a right is tested or
 * removed from `serverless.yml`.
 */
import { join } from 'node:path';
import { deployedFunctions } from '../../scripts/deploy/deployed.ts';
import { rightsOf } from '../../scripts/deploy/roles.ts';
import { finishRecord, startRecord } from './rights-record.ts';

const root = join(import.meta.dirname, '..', '..');

/** Rights whose requests the local cloud does not make as the function's role; `make test-deploy` makes them. */
const made: Readonly<Record<string, string>> = {
  'apps:restart': 'the local cloud has no ECS',
  'keys:create-grant': 'the data plane has its own key here',
  'keys:list-grants': 'the data plane has its own key here',
  'keys:retire-grant': 'the data plane has its own key here',
};

/** Of each function, the rights of which there is no use, as `apiKeys: keys:probe`. */
export function unusedRights(
  declared: ReadonlyMap<string, readonly string[]>,
  used: ReadonlySet<string>,
): readonly string[] {
  return [...declared].flatMap(([key, rights]) =>
    rights
      .filter((right) => !used.has(`${key} ${right}`))
      .map((right) => `${key}: ${right}${made[right] ? ` (${made[right]})` : ''}`),
  );
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
    const unused = unusedRights(rightsOf(deployedFunctions(root)), used);
    if (unused.length === 0) process.stderr.write('\nThe tests used every declared right.\n');
    else process.stderr.write(`\nDeclared rights that no test used:\n${unused.map((each) => `  ${each}\n`).join('')}`);
  }
}
