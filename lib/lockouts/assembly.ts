/** What the steps of a lockout touch in a deployment. */

import { paceConfig } from '#lib/config.ts';
import { fleet } from '#lib/fleet/index.ts';
import { checking } from '#lib/keys/assembly.ts';
import { now } from '#lib/model/clock.ts';
import { recorder } from '#lib/outbox/record.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import type { BatchDeps } from './batch.ts';
import type { Rates } from './pace.ts';
import type { StepDeps } from './steps.ts';

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
