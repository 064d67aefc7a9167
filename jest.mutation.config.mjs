// The unit tests of the rules alone, in one process, which run against each mutant.
import config from './jest.config.mjs';

const [{ displayName: _, ...unit }] = config.projects;
const areas = ['lockouts', 'keys', 'databases', 'timeline'];

export default { ...unit, testMatch: areas.map((area) => `<rootDir>/test/unit/${area}/**/*.test.ts`), maxWorkers: 1 };
