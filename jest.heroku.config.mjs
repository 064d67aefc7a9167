// The real Heroku CLI against the local cloud. Separate from the other tests, since a first run installs two versions
// of it.
import config from './jest.config.mjs';

const e2e = config.projects.find(({ displayName }) => displayName === 'e2e');

export default {
  projects: [
    {
      ...e2e,
      displayName: 'heroku',
      testMatch: ['<rootDir>/test/e2e/heroku/**/*.test.ts'],
      testPathIgnorePatterns: [],
    },
  ],
  maxWorkers: 2,
};
