import { KMSClient } from '@aws-sdk/client-kms';
import { holds } from '../../test-support/contract.ts';
import { type Place, targetsOf } from '../../test-support/targets.ts';
import { keyErrors } from './kms-errors.ts';
import { keyGrants } from './kms-grants.ts';
import { keyStates } from './kms-states.ts';

const connect = async ({ client }: Place) => {
  const world = new KMSClient(client());
  return { world, close: () => world.destroy() };
};

holds(keyStates, targetsOf(['ministack'], connect));
holds(keyErrors, targetsOf(['ministack'], connect));
holds(keyGrants, targetsOf(['ministack', 'moto'], connect));
