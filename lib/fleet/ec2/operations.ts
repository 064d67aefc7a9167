/** The port's operations on EC2. */
import type { Fleet } from '#lib/model/fleet.ts';
import { backup, restore } from './backups.ts';
import { certificateRequest, installCertificate } from './certificates.ts';
import { describe } from './describe.ts';
import { digest } from './digest.ts';
import type { Driver } from './driver.ts';
import { follow } from './follow.ts';
import { launch } from './launch.ts';
import { caughtUp } from './progress.ts';
import { pauseWrites, promote, resumeWrites, setPassword } from './promote.ts';
import { startServers, stopServers } from './servers.ts';
import { startServices, stopServices } from './services.ts';
import { configure, measure, resetStatistics, restartServices } from './settings.ts';
import { terminate } from './terminate.ts';

export const createEc2Fleet = (driver: Driver): Fleet => ({
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
