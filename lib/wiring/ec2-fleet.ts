/**
 * The fleet of a deployment: EC2. The import `#fleet` (package.json) leads here in a deployed bundle. Each operation is
 * an export of its own, so that a bundle contains only the operations that its function calls, and their clients.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { downloads, transfers } from '#lib/aws/backup-transfers.ts';
import * as ec2 from '#lib/aws/ec2.ts';
import { commands } from '#lib/aws/ssm.ts';
import { ec2FleetConfig } from '#lib/config.ts';
import * as backups from '#lib/fleet/ec2/backups.ts';
import * as certificates from '#lib/fleet/ec2/certificates.ts';
import { checkKey, volumeFix } from '#lib/fleet/ec2/check-key.ts';
import * as ec2Describe from '#lib/fleet/ec2/describe.ts';
import * as digests from '#lib/fleet/ec2/digest.ts';
import type { Driver } from '#lib/fleet/ec2/driver.ts';
import * as following from '#lib/fleet/ec2/follow.ts';
import * as launching from '#lib/fleet/ec2/launch.ts';
import * as progress from '#lib/fleet/ec2/progress.ts';
import * as promotion from '#lib/fleet/ec2/promote.ts';
import * as servers from '#lib/fleet/ec2/servers.ts';
import * as services from '#lib/fleet/ec2/services.ts';
import * as settings from '#lib/fleet/ec2/settings.ts';
import * as termination from '#lib/fleet/ec2/terminate.ts';
import { now } from '#lib/model/clock.ts';
import type { Fleet } from '#lib/model/fleet.ts';
import { placementStore } from '#lib/store/placements.ts';

/** EC2 makes the grants that its volumes need. */
export const serviceGrants = (): boolean => true;

const observing = { withTag: ec2.withTag, tag: ec2.tag };

let created: Driver | undefined;

function driver(): Driver {
  const { EC2_INSTANCE_PROFILE, EC2_IMAGE, EC2_OS_RELEASE } = ec2FleetConfig();
  created ??= {
    machines: observing,
    commands: commands(),
    settings: { instanceProfile: EC2_INSTANCE_PROFILE, image: EC2_IMAGE, osRelease: EC2_OS_RELEASE || null },
    now,
    sleep: async (milliseconds) => void (await sleep(milliseconds)),
  };
  return created;
}
const downloadDriver = () => ({ ...driver(), transfers: downloads() });
const transferDriver = () => ({ ...driver(), transfers: transfers() });
const stopDriver = () => ({ ...driver(), machines: { ...observing, stop: ec2.stop } });
const terminateDriver = () => ({
  ...driver(),
  machines: {
    ...observing,
    terminate: ec2.terminate,
    volumesWithTag: ec2.volumesWithTag,
    deleteVolume: ec2.deleteVolume,
  },
});
const keyDriver = () => ({ ...driver(), machines: { ...observing, start: ec2.start }, checkKey, volumeFix });
const launchDriver = () => ({
  ...keyDriver(),
  machines: { ...observing, start: ec2.start, run: ec2.run },
  places: placementStore(),
});

export const launch: Fleet['launch'] = (specs) => launching.launch(launchDriver(), specs);
export const describe: Fleet['describe'] = (serverIds) => ec2Describe.describe(driver(), serverIds);
export const certificateAuthority: Fleet['certificateAuthority'] = async () => null;
export const certificateRequest: Fleet['certificateRequest'] = (serverId) =>
  certificates.certificateRequest(driver(), serverId);
export const installCertificate: Fleet['installCertificate'] = (serverId, issued) =>
  certificates.installCertificate(driver(), serverId, issued);
export const stopServices: Fleet['stopServices'] = (serverIds) => services.stopServices(driver(), serverIds);
export const stopServers: Fleet['stopServers'] = (serverIds) => servers.stopServers(stopDriver(), serverIds);
export const startServers: Fleet['startServers'] = (serverIds) => servers.startServers(keyDriver(), serverIds);
/**
 * EC2 holds the wrapped data key; only a start would make it ask KMS, and one that succeeds leaves a server running.
 */
export const tryToOpen: Fleet['tryToOpen'] = async (serverIds) =>
  serverIds.map((serverId) => ({ serverId, answer: 'not_tried', error: null, requestId: null }));
export const startServices: Fleet['startServices'] = (serverIds) => services.startServices(driver(), serverIds);
export const backup: Fleet['backup'] = (orders) => backups.backup(transferDriver(), orders);
export const restore: Fleet['restore'] = (orders) => backups.restore(downloadDriver(), orders);
export const terminate: Fleet['terminate'] = (serverIds) => termination.terminate(terminateDriver(), serverIds);
export const follow: Fleet['follow'] = (pairs) => following.follow(driver(), pairs);
export const caughtUp: Fleet['caughtUp'] = (serverIds) => progress.caughtUp(driver(), serverIds);
export const promote: Fleet['promote'] = (pairs) => promotion.promote(driver(), pairs);
export const pauseWrites: Fleet['pauseWrites'] = (serverIds) => promotion.pauseWrites(driver(), serverIds);
export const resumeWrites: Fleet['resumeWrites'] = (serverIds) => promotion.resumeWrites(driver(), serverIds);
export const setPassword: Fleet['setPassword'] = (serverId, passwordSha256) =>
  promotion.setPassword(driver(), serverId, passwordSha256);
export const configure: Fleet['configure'] = (serverId, changed) => settings.configure(driver(), serverId, changed);
export const measure: Fleet['measure'] = (serverIds) => settings.measure(driver(), serverIds);
export const digest: Fleet['digest'] = (requests) => digests.digest(driver(), requests);
export const resetStatistics: Fleet['resetStatistics'] = (serverIds) => settings.resetStatistics(driver(), serverIds);
export const restartServices: Fleet['restartServices'] = (serverIds) => settings.restartServices(driver(), serverIds);
