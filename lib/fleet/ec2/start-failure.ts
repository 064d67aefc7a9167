/** Why an instance did not start. The API accepts every start; only `StateReason` says what came of it. */

import type { Instance } from '#lib/aws/cloud.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { type Found, failed, isGone, type KeyDriver, tagNames } from './driver.ts';

/**
 * Both are also seen when a grant is not there yet, so neither proves that the key is off. Source: EC2 user guide,
 * "Troubleshoot instance launch issues"; Knowledge Center, "encrypted volumes stop immediately".
 */
const speaksOfKey = (reason: string | null): boolean =>
  reason === 'Client.InternalError' || (reason?.startsWith('Client.InvalidKMSKey') ?? false);

const keyOf = ({ instance }: Found) => {
  const { [tagNames.key]: keyArn = '', [tagNames.team]: teamId = '' } = instance.tags;
  return { keyArn, teamId };
};

/** Null where the key has nothing to do with it, or is usable: then a new start may succeed. */
export async function keyFailure(driver: KeyDriver, found: Found): Promise<Outcome | null> {
  const { serverId, instance } = found;
  if (!speaksOfKey(instance.stateReason)) return null;
  const verdict = await driver.checkKey(keyOf(found));
  if (verdict === 'unusable')
    return failed(serverId, 'key_unusable', `KMS does not open the volume (${instance.stateReason}).`);
  if (verdict === 'unknown')
    return failed(
      serverId,
      'unavailable',
      `The volume was not attached (${instance.stateReason}), and KMS does not say why.`,
    );
  return null;
}

/**
 * Failed launches under a usable key after which the key policy is reported. A single one may be a grant that was late.
 */
const mostRefusals = 2;

/** Null before that many failures. The platform can use the key, so its policy must lack what only EC2 can try. */
export function volumeRefusal(driver: KeyDriver, found: Found, instances: readonly Instance[]): Outcome | null {
  const refused = instances.filter((instance) => isGone(instance) && speaksOfKey(instance.stateReason));
  if (refused.length < mostRefusals || !isGone(found.instance)) return null;
  return refusedByPolicy(driver, found.serverId, { ...keyOf(found), reason: found.instance.stateReason ?? '' });
}

/** `reason`: EC2's code. */
export function refusedByPolicy(
  driver: KeyDriver,
  serverId: string,
  { reason, ...key }: ReturnType<typeof keyOf> & { reason: string },
): Outcome {
  const detail = `The key is usable by the platform, but not by EC2 for a volume (${reason}).`;
  return failed(serverId, 'key_unusable', `${detail} ${driver.volumeFix(key)}`.trim());
}

/** A start that failed under a usable key is made again, and told. */
export const failedBefore = (driver: KeyDriver, found: Found): Outcome | null =>
  speaksOfKey(found.instance.stateReason)
    ? failed(
        found.serverId,
        'unavailable',
        `The volume was not attached (${found.instance.stateReason}) though the key is usable by the platform; it is started again. If EC2 may not use the key: ${driver.volumeFix(keyOf(found))}`,
      )
    : null;
