/**
 * A deployment runs no apps. The import `#app-runner` (package.json) leads here in a deployed bundle, and to
 * `local/apps/runner.ts` in the local cloud.
 */
import type { RestartDeps } from '#lib/apps/restart.ts';

export const appRunner: RestartDeps['runner'] = async () => null;
