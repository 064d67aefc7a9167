/**
 * Mutation testing: coverage says that a test runs a line, a mutant says whether it would notice a change of it. Only over rules: what decides
 * when services stop and start, whether a key is usable, what fits, and whether history is whole. The score is in docs/mutation.md.
 */
export default {
  testRunner: 'jest',
  // Jest runs ES modules only with this.
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { projectType: 'custom', configFile: 'jest.mutation.config.mjs', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  mutate: [
    'lib/model/lockout-transitions.ts',
    'lib/lockouts/decision.ts',
    'lib/keys/check.ts',
    'lib/keys/impact-verdict.ts',
    'lib/databases/fitting.ts',
    'lib/model/entry.ts',
    'lib/timeline/verify.ts',
  ],
  // Stryker would rewrite it with a TypeScript that has a JavaScript API; nothing here reads it.
  tsconfigFile: 'none',
  // Jest keeps what an ES module's context held: a worker is given up before it has gathered much.
  maxTestRunnerReuse: 40,
  concurrency: 1,
  // What did not change since the last run on this machine is not tried again.
  incremental: true,
  incrementalFile: '.stryker/incremental.json',
  timeoutMS: 10_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: '.stryker/report.json' },
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
  tempDirName: '.stryker/sandbox',
  // Nothing of these is needed to run a unit test.
  ignorePatterns: ['.latchkey', '.serverless', '.esbuild', 'coverage', 'examples'],
};
