// A tenant with valid credentials and bad intent, against real processes. Separate from the other tests, since some
// attacks take minutes.
import config from './jest.config.mjs';

const e2e = config.projects.find(({ displayName }) => displayName === 'e2e');

export default {
  projects: [
    {
      ...e2e,
      displayName: 'hostile',
      testMatch: ['<rootDir>/test/e2e/hostile/**/*.test.ts'],
      testPathIgnorePatterns: [],
    },
  ],
  // These tests mostly wait.
  maxWorkers: 3,
};
