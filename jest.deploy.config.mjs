// The deployed package, and the contracts of `make test` against independent emulators. Separate from the other tests,
// since they need Python and a package.
import config from './jest.config.mjs';

const [{ displayName: _, testMatch: __, ...project }] = config.projects;
const named = (name, extra = {}) => ({
  ...project,
  displayName: name,
  testMatch: [`<rootDir>/{test,packages/*/test}/${name}/**/*.test.ts`],
  ...extra,
});

const emulators = named('contracts', {
  globals: { emulators: true },
  testPathIgnorePatterns: ['/differences.test.ts$'],
});

export default { projects: [emulators, named('deploy')], maxWorkers: 1 };
