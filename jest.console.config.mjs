// The console in a real browser, against the local cloud. Separate from the other tests, since it needs Chromium.
import config from './jest.config.mjs';

const e2e = config.projects.find(({ displayName }) => displayName === 'e2e');

export default {
  projects: [
    {
      ...e2e,
      displayName: 'console',
      testMatch: ['<rootDir>/test/e2e/console/**/*.test.ts'],
      testPathIgnorePatterns: [],
    },
  ],
  // One browser at a time: times are measured.
  maxWorkers: 1,
};
