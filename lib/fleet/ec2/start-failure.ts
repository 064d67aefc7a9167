/** Why an instance did not start. The API accepts every start; only `StateReason` says what came of it. */
import type { Outcome } from '../port.ts';
import { type Driver, type Found, failed, tagNames } from './driver.ts';

/**
 * Both are also seen when a grant is not there yet, so neither proves that the key is off. Source: EC2 user guide, "Troubleshoot instance
 * launch issues"; Knowledge Center, "encrypted volumes stop immediately".
 */
const speaksOfKey = (reason: string | null): boolean =>
  reason === 'Client.InternalError' || (reason?.startsWith('Client.InvalidKMSKey') ?? false);

/** Null where the key has nothing to do with it, or is usable: then a new start may succeed. */
export async function keyFailure(driver: Driver, { serverId, instance }: Found): Promise<Outcome | null> {
  if (!speaksOfKey(instance.stateReason)) return null;
  const { [tagNames.key]: keyArn = '', [tagNames.team]: teamId = '' } = instance.tags;
  const verdict = await driver.checkKey({ keyArn, teamId });
  if (verdict === 'unusable') return failed(serverId, 'key_unusable', `KMS does not open the volume (${instance.stateReason}).`);
  if (verdict === 'unknown')
    return failed(serverId, 'unavailable', `The volume was not attached (${instance.stateReason}), and KMS does not say why.`);
  return null;
}

/** A start that failed under a usable key is made again, and told. */
export const failedBefore = ({ serverId, instance }: Found): Outcome | null =>
  speaksOfKey(instance.stateReason)
    ? failed(
        serverId,
        'unavailable',
        `The volume was not attached (${instance.stateReason}) though the key is usable; it is started again.`,
      )
    : null;
