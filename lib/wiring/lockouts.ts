/** What the steps of a lockout touch in a deployment. */

import { fleet } from '#fleet';
import { paceConfig } from '#lib/config.ts';
import type { BatchDeps } from '#lib/lockouts/batch.ts';
import type { Rates } from '#lib/lockouts/pace.ts';
import type { StepDeps } from '#lib/lockouts/steps.ts';
import { now } from '#lib/model/clock.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { checking } from './keys.ts';
import { recorder } from './recorder.ts';

export const lockoutSteps = (): StepDeps => ({ ...checking(), ...databaseStore(), rates });

const rates = (): Rates => {
  const { EC2_STARTS_PER_SECOND, KMS_GRANTS_PER_SECOND } = paceConfig();
  return { starts: EC2_STARTS_PER_SECOND, grants: KMS_GRANTS_PER_SECOND };
};

export const lockoutBatches = (): BatchDeps => ({
  ...keyStore(),
  ...lockoutStore(),
  ...databaseStore(),
  ...recorder(),
  fleet,
  now,
});
