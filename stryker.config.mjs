/**
 * Mutation testing: coverage shows that a test runs a line, a mutant shows whether the test would notice a change.
 * Only rules are mutated: those that decide when services stop and start, whether a key is usable, which plan fits, and
 * whether the timeline is intact. The score is in docs/mutation.md.
 */
export default {
  testRunner: 'jest',
  // Jest runs ES modules only with this flag.
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { projectType: 'custom', configFile: 'jest.mutation.config.mjs', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  mutate: [
    'lib/model/lockout-transitions.ts',
    'lib/model/lockout-decision.ts',
    'lib/model/key-check.ts',
    'lib/keys/impact-verdict.ts',
    'lib/databases/fitting.ts',
    'lib/model/entry.ts',
    'lib/timeline/verify.ts',
  ],
  // Stryker would rewrite it with a TypeScript that has a JavaScript API; nothing here reads it.
  tsconfigFile: 'none',
  // Jest retains the contexts of ES modules, so a worker is replaced before it uses much memory.
  maxTestRunnerReuse: 40,
  concurrency: 1,
  // Mutants that did not change since the last run on this machine are not run again.
  incremental: true,
  incrementalFile: '.stryker/incremental.json',
  timeoutMS: 10_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: '.stryker/report.json' },
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
  tempDirName: '.stryker/sandbox',
  // Not needed to run a unit test.
  ignorePatterns: ['.latchkey', '.serverless', '.esbuild', 'coverage', 'examples'],
};
