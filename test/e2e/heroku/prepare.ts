/**
 * Installs both versions of the Heroku CLI before the tests begin: a first installation takes minutes, and no test
 * should wait for it.
 */
import { installCli, versions } from './install.ts';

for (const version of Object.values(versions)) installCli(version);
