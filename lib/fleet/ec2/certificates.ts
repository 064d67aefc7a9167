/**
 * A server's certificate: two jobs on its instance, before its service starts. The private key is generated on the
 * server and stays there; the first job prints the public key, the second installs the signed certificate.
 */
import type { CertificateRequest, Outcome } from '#lib/model/fleet.ts';
import { type Driver, failed, instancesOf, isGone, pending, type ServerInstance, tagNames } from './driver.ts';
import { smallJob } from './follow.ts';
import { lastOutcome, outputOf, runJob } from './jobs.ts';
import { outcomeOf } from './refusals.ts';
import { installScript, requestScript } from './scripts/certificates.ts';

const installJob = 'certificate-install';

export async function certificateRequest(driver: Driver, serverId: string): Promise<CertificateRequest> {
  try {
    const server = await runningServer(driver, serverId);
    if ('state' in server) return server;
    if (server.instance.tags[tagNames.certificate] === 'installed') return { serverId, state: 'done', request: null };
    return await requestCertificate(driver, server);
  } catch (error) {
    return asRequest(outcomeOf(serverId, error));
  }
}

async function requestCertificate(driver: Driver, server: ServerInstance): Promise<CertificateRequest> {
  const { serverId, instance } = server;
  const installed = await lastOutcome(driver, server, smallJob(installJob, ''));
  if (!installed.again && installed.outcome.state === 'done') {
    await driver.machines.tag([instance.instanceId], { [tagNames.certificate]: 'installed' });
    return { serverId, state: 'done', request: null };
  }
  if (!installed.again) return asRequest(installed.outcome);
  const { outcomes, runs } = await runJob(driver, [server], smallJob('certificate-request', requestScript));
  const publicKey = outputOf(runs.get(serverId)?.output ?? '');
  if (!publicKey || !instance.privateIp) return asRequest(outcomes[0] ?? pending(serverId));
  return { serverId, state: 'done', request: { publicKey, address: instance.privateIp } };
}

/** Returns `pending`; a later `certificateRequest` verifies the installation. */
export async function installCertificate(
  driver: Driver,
  serverId: string,
  issued: { readonly certificate: string; readonly authority: string },
): Promise<Outcome> {
  try {
    const server = await runningServer(driver, serverId);
    if ('state' in server) return server;
    const { outcomes } = await runJob(driver, [server], smallJob(installJob, installScript(issued)));
    return outcomes[0] ?? pending(serverId);
  } catch (error) {
    return outcomeOf(serverId, error);
  }
}

type NotDone = Exclude<Outcome, { state: 'done' }>;

async function runningServer(driver: Driver, serverId: string): Promise<ServerInstance | NotDone> {
  const [instance] = (await instancesOf(driver, [serverId])).get(serverId) ?? [];
  if (!instance || isGone(instance)) return failed(serverId, 'not_found', 'There is no instance of this server.');
  return instance.state === 'running' ? { serverId, instance } : { serverId, state: 'pending' };
}

const asRequest = (outcome: Outcome): CertificateRequest =>
  outcome.state === 'done' ? { serverId: outcome.serverId, state: 'pending' } : outcome;
