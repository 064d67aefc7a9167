// Fault tests with real processes: kills, full disks, damaged volumes, AWS that refuses. Separate from the other tests,
// since they take minutes.
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
  // These tests mostly wait.
  maxWorkers: 3,
};
