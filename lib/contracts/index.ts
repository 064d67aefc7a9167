/** All operations of the REST API, in the order of its documentation. */
import * as apps from './apps.ts';
import * as backups from './backups.ts';
import * as databases from './databases.ts';
import * as impact from './impact.ts';
import * as keys from './keys.ts';
import * as lockouts from './lockouts.ts';
import * as onboarding from './onboarding.ts';
import type { Operation } from './operation.ts';
import * as timeline from './timeline.ts';
import * as tokens from './tokens.ts';

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value;

export const operations: readonly Operation[] = [keys, onboarding, impact, databases, backups, lockouts, timeline, apps, tokens].flatMap(
  (contract) => Object.values(contract).filter(isOperation),
);
