/**
 * Jest's order of test files: projects with long files first, so that a run ends with short files and no worker waits
 * for a long one. Within a project the order is Jest's own: by the durations of the last run, or by size without one.
 */
import { createRequire } from 'node:module';

export interface OrderedTest {
  readonly context: { readonly config: { readonly displayName?: { readonly name: string } } };
}

interface Sequencer {
  sort<T extends OrderedTest>(tests: T[]): T[];
}

/** Jest's own sequencer, which `jest` installs. */
const require = createRequire(createRequire(import.meta.url).resolve('jest'));
const { default: JestSequencer } = require('@jest/test-sequencer') as { default: new (options: unknown) => Sequencer };

const projects = ['model', 'e2e', 'integration', 'contracts', 'unit'];

const rankOf = ({ context }: OrderedTest): number => projects.indexOf(context.config.displayName?.name ?? '');

/** Keeps the order within a project. */
export const inOrder = <T extends OrderedTest>(tests: readonly T[]): T[] =>
  tests.toSorted((one, other) => rankOf(one) - rankOf(other));

// biome-ignore lint/style/noDefaultExport: Jest takes a sequencer from there.
export default class TestOrder extends JestSequencer {
  override sort<T extends OrderedTest>(tests: T[]): T[] {
    return inOrder(super.sort(tests));
  }
}
