// The package as it is deployed, and independent emulators under the contracts that the stand-ins are held to by `make test`: apart from the
// other tests, since they need Python and a package.
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
