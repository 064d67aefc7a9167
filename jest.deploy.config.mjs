// The package as it is deployed, and the stand-ins beside independent emulators: apart from the other tests, since they need Python and a package.
import config from './jest.config.mjs';

const [{ displayName: _, testMatch: __, ...project }] = config.projects;
const named = (name, extra = {}) => ({ ...project, displayName: name, testMatch: [`<rootDir>/test/${name}/**/*.test.ts`], ...extra });

export default { projects: [named('contracts', { globals: { emulators: true } }), named('deploy')], maxWorkers: 1 };
