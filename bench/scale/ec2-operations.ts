/** All operations of EC2's fleet on one driver, for simulated servers. */

import { backup, restore } from '#lib/fleet/ec2/backups.ts';
import { certificateRequest, installCertificate } from '#lib/fleet/ec2/certificates.ts';
import { describe } from '#lib/fleet/ec2/describe.ts';
import { digest } from '#lib/fleet/ec2/digest.ts';
import type { LaunchDriver, StopDriver, TerminateDriver, TransferDriver } from '#lib/fleet/ec2/driver.ts';
import { follow } from '#lib/fleet/ec2/follow.ts';
import { launch } from '#lib/fleet/ec2/launch.ts';
import { caughtUp } from '#lib/fleet/ec2/progress.ts';
import { pauseWrites, promote, resumeWrites, setPassword } from '#lib/fleet/ec2/promote.ts';
import { startServers, stopServers } from '#lib/fleet/ec2/servers.ts';
import { startServices, stopServices } from '#lib/fleet/ec2/services.ts';
import { configure, measure, resetStatistics, restartServices } from '#lib/fleet/ec2/settings.ts';
import { terminate } from '#lib/fleet/ec2/terminate.ts';
import type { Fleet } from '#lib/model/fleet.ts';

export const createEc2Fleet = (driver: LaunchDriver & StopDriver & TerminateDriver & TransferDriver): Fleet => ({
  launch: (specs) => launch(driver, specs),
  describe: (serverIds) => describe(driver, serverIds),
  certificateAuthority: async () => null,
  certificateRequest: (serverId) => certificateRequest(driver, serverId),
  installCertificate: (serverId, issued) => installCertificate(driver, serverId, issued),
  stopServices: (serverIds) => stopServices(driver, serverIds),
  stopServers: (serverIds) => stopServers(driver, serverIds),
  startServers: (serverIds) => startServers(driver, serverIds),
  // EC2 holds the wrapped data key; only a start would make it ask KMS, and one that succeeds leaves a server running.
  tryToOpen: async (serverIds) =>
    serverIds.map((serverId) => ({ serverId, answer: 'not_tried', error: null, requestId: null })),
  startServices: (serverIds) => startServices(driver, serverIds),
  backup: (orders) => backup(driver, orders),
  restore: (orders) => restore(driver, orders),
  terminate: (serverIds) => terminate(driver, serverIds),
  follow: (pairs) => follow(driver, pairs),
  caughtUp: (serverIds) => caughtUp(driver, serverIds),
  promote: (pairs) => promote(driver, pairs),
  pauseWrites: (serverIds) => pauseWrites(driver, serverIds),
  resumeWrites: (serverIds) => resumeWrites(driver, serverIds),
  setPassword: (serverId, passwordSha256) => setPassword(driver, serverId, passwordSha256),
  configure: (serverId, settings) => configure(driver, serverId, settings),
  measure: (serverIds) => measure(driver, serverIds),
  digest: (requests) => digest(driver, requests),
  resetStatistics: (serverIds) => resetStatistics(driver, serverIds),
  restartServices: (serverIds) => restartServices(driver, serverIds),
});
