/**
 * A server's certificate: two jobs on its instance, before its service starts. The private key is made on the server
 * and stays there; the first job prints the public key, the second installs what the platform's authority signed.
 */
import type { CertificateRequest, Outcome } from '#lib/model/fleet.ts';
import { type Driver, type Found, failed, instancesOf, isGone, pending, tagNames } from './driver.ts';
import { smallJob } from './follow.ts';
import { lastOutcome, runJob, wordsOf } from './jobs.ts';
import { outcomeOf } from './refusals.ts';
import { installScript, requestScript } from './scripts/certificates.ts';

const installJob = 'certificate-install';

export async function certificateRequest(driver: Driver, serverId: string): Promise<CertificateRequest> {
  try {
    const found = await foundOf(driver, serverId);
    if ('state' in found) return found;
    if (found.instance.tags[tagNames.certificate] === 'installed') return { serverId, state: 'done', request: null };
    return await requested(driver, found);
  } catch (error) {
    return asRequest(outcomeOf(serverId, error));
  }
}

async function requested(driver: Driver, found: Found): Promise<CertificateRequest> {
  const { serverId, instance } = found;
  const installed = await lastOutcome(driver, found, smallJob(installJob, ''));
  if (!installed.again && installed.outcome.state === 'done') {
    await driver.machines.tag([instance.instanceId], { [tagNames.certificate]: 'installed' });
    return { serverId, state: 'done', request: null };
  }
  if (!installed.again) return asRequest(installed.outcome);
  const { outcomes, runs } = await runJob(driver, [found], smallJob('certificate-request', requestScript));
  const publicKey = wordsOf(runs.get(serverId)?.output ?? '');
  if (!publicKey || !instance.privateIp) return asRequest(outcomes[0] ?? pending(serverId));
  return { serverId, state: 'done', request: { publicKey, address: instance.privateIp } };
}

/** `pending` until a later `certificateRequest` finds it installed. */
export async function installCertificate(
  driver: Driver,
  serverId: string,
  issued: { readonly certificate: string; readonly authority: string },
): Promise<Outcome> {
  try {
    const found = await foundOf(driver, serverId);
    if ('state' in found) return found;
    const { outcomes } = await runJob(driver, [found], smallJob(installJob, installScript(issued)));
    return outcomes[0] ?? pending(serverId);
  } catch (error) {
    return outcomeOf(serverId, error);
  }
}

type NotDone = Exclude<Outcome, { state: 'done' }>;

async function foundOf(driver: Driver, serverId: string): Promise<Found | NotDone> {
  const [instance] = (await instancesOf(driver, [serverId])).get(serverId) ?? [];
  if (!instance || isGone(instance)) return failed(serverId, 'not_found', 'There is no instance of this server.');
  return instance.state === 'running' ? { serverId, instance } : { serverId, state: 'pending' };
}

const asRequest = (outcome: Outcome): CertificateRequest =>
  outcome.state === 'done' ? { serverId: outcome.serverId, state: 'pending' } : outcome;
