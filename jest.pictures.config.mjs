// The pictures of the console in docs/console, which a command writes and no test compares.
import config from './jest.console.config.mjs';

const [project] = config.projects;

export default {
  ...config,
  projects: [{ ...project, displayName: 'pictures', testMatch: ['<rootDir>/test/e2e/console/pictures.ts'] }],
};
