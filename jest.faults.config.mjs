// Faults with the real parts: kills, full disks, damaged volumes, AWS that refuses. Apart from the other tests, since it takes minutes.
import config from './jest.config.mjs';

const e2e = config.projects.find(({ displayName }) => displayName === 'e2e');

export default {
  projects: [
    {
      ...e2e,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/e2e/faults/**/*.test.ts'],
      testPathIgnorePatterns: [],
    },
  ],
  // They wait more than they work.
  maxWorkers: 3,
};
