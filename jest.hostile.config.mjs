// A tenant with valid credentials and bad intent, with the real parts. Apart from the other tests, since some attacks take their time.
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
  // They wait more than they work.
  maxWorkers: 3,
};
