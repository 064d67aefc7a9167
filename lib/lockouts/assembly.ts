/** What the steps of a lockout touch in a deployment. */
import { now } from '#lib/clock.ts';
import { fleet } from '#lib/fleet/index.ts';
import { checking } from '#lib/keys/assembly.ts';
import { recorder } from '#lib/outbox/record.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import type { BatchDeps } from './batch.ts';
import type { StepDeps } from './steps.ts';

export const lockoutSteps = (): StepDeps => ({ ...checking(), ...databaseStore() });
export const lockoutBatches = (): BatchDeps => ({ ...keyStore(), ...lockoutStore(), ...databaseStore(), ...recorder(), fleet, now });
