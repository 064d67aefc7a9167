/** Why an instance did not start. The API accepts every start; only `StateReason` has the result. */

import type { Instance } from '#lib/aws/cloud.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { failed, isGone, type KeyDriver, type ServerInstance, tagNames } from './driver.ts';

/**
 * Both also occur while a grant is not yet effective, so neither proves that the key is unusable. Source: EC2 user
 * guide, "Troubleshoot instance launch issues"; Knowledge Center, "encrypted volumes stop immediately".
 */
const isKeyFailure = (reason: string | null): boolean =>
  reason === 'Client.InternalError' || (reason?.startsWith('Client.InvalidKMSKey') ?? false);

const keyOf = ({ instance }: ServerInstance) => {
  const { [tagNames.key]: keyArn = '', [tagNames.team]: teamId = '' } = instance.tags;
  return { keyArn, teamId };
};

/** Null if the key is not the reason, or is usable: then another start may succeed. */
export async function keyFailure(driver: KeyDriver, server: ServerInstance): Promise<Outcome | null> {
  const { serverId, instance } = server;
  if (!isKeyFailure(instance.stateReason)) return null;
  const verdict = await driver.checkKey(keyOf(server));
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
 * Failed launches under a usable key after which the key policy is reported; a single failure may be a grant that was
 * not yet effective.
 */
const mostRefusals = 2;

/** Null below that number. The platform can use the key, so the policy must lack a statement for EC2. */
export function volumeRefusal(
  driver: KeyDriver,
  server: ServerInstance,
  instances: readonly Instance[],
): Outcome | null {
  const refused = instances.filter((instance) => isGone(instance) && isKeyFailure(instance.stateReason));
  if (refused.length < mostRefusals || !isGone(server.instance)) return null;
  return refusedByPolicy(driver, server.serverId, { ...keyOf(server), reason: server.instance.stateReason ?? '' });
}

/** `reason` is EC2's error code. */
export function refusedByPolicy(
  driver: KeyDriver,
  serverId: string,
  { reason, ...key }: ReturnType<typeof keyOf> & { reason: string },
): Outcome {
  const detail = `The key is usable by the platform, but not by EC2 for a volume (${reason}).`;
  return failed(serverId, 'key_unusable', `${detail} ${driver.volumeFix(key)}`.trim());
}

/** The failure of the previous start under a usable key, which is repeated. */
export const failedBefore = (driver: KeyDriver, server: ServerInstance): Outcome | null =>
  isKeyFailure(server.instance.stateReason)
    ? failed(
        server.serverId,
        'unavailable',
        `The volume was not attached (${server.instance.stateReason}) though the key is usable by the platform; it ` +
          `is started again. If EC2 may not use the key: ${driver.volumeFix(keyOf(server))}`,
      )
    : null;
