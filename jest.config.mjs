/** For tests with the local cloud. */
const globalSetup = '<rootDir>/test/support/packaged-template.ts';

const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/{test,packages/*/test}/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024', experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
      },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/test/support/setup.ts'],
  ...extra,
});

export default {
  projects: [
    project('unit'),
    project('model'),
    project('integration', { globalSetup }),
    project('contracts'),
    project('e2e', {
      globalSetup,
      testPathIgnorePatterns: ['/test/e2e/heroku/', '/test/e2e/faults/', '/test/e2e/hostile/', '/test/e2e/console/'],
    }),
  ],
  reporters: ['default', '<rootDir>/test/support/rights-reporter.ts'],
  testSequencer: '<rootDir>/test/support/test-order.ts',
  // One more than two cores: test files wait for processes and clocks too.
  maxWorkers: 3,
};
