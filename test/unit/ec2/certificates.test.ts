/**
 * A server's certificate on EC2: the server reports its public key, the issued certificate is installed, and a server
 * with a certificate is left unchanged.
 */
import { describe, expect, it } from '@jest/globals';
import { codes } from '#lib/fleet/ec2/scripts/prelude.ts';
import { anInstance, aWorld, type Ending, instanceOf } from './world.ts';

const publicKey = '-----BEGIN PUBLIC KEY-----\nTUlJQg==\n-----END PUBLIC KEY-----';
const pem = '-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n';
const issued = { certificate: pem, authority: pem };

function aServer(endings: Readonly<Record<string, Ending>> = {}) {
  const world = aWorld();
  anInstance(world.world, 'srv_1');
  world.world.ending = (_, comment) =>
    endings[comment] ?? (comment.endsWith('-request') ? { code: 0, output: publicKey } : { code: 0 });
  const instance = instanceOf(world.world, 'srv_1');
  return { ...world, instance, sentComments: () => world.sent.map(({ comment }) => comment) };
}

/** Repeats request and installation, as the step does, until no certificate is needed. */
async function certified({ fleet }: ReturnType<typeof aServer>) {
  for (let tries = 0; tries < 8; tries += 1) {
    const requested = await fleet.certificateRequest('srv_1');
    if (requested.state === 'failed') return requested;
    if (requested.state === 'done' && !requested.request) return requested;
    if (requested.state === 'done') await fleet.installCertificate('srv_1', issued);
  }
  throw new Error('It is pending for ever');
}

describe("a new server's certificate", () => {
  it('is requested and installed once', async () => {
    const world = aServer();
    expect(await certified(world)).toEqual({ serverId: 'srv_1', state: 'done', request: null });
    expect(world.sentComments()).toEqual(['latchkey certificate-request', 'latchkey certificate-install']);
    expect(world.sent[1]?.script).toContain(pem.trim());

    expect(await certified(world)).toEqual({ serverId: 'srv_1', state: 'done', request: null });
    expect(world.sent).toHaveLength(2);
  });

  it('names the key that the server printed and the address that EC2 knows', async () => {
    const world = aServer();
    await world.fleet.certificateRequest('srv_1');
    const request = { publicKey, address: '10.0.0.7' };

    expect(await world.fleet.certificateRequest('srv_1')).toEqual({ serverId: 'srv_1', state: 'done', request });
  });

  it('waits for the set-up, and fails with a server that was never set up', async () => {
    const notYet = aServer({ 'latchkey certificate-request': { code: codes.notYet } });
    await notYet.fleet.certificateRequest('srv_1');

    expect(await notYet.fleet.certificateRequest('srv_1')).toEqual({ serverId: 'srv_1', state: 'pending' });

    const broken = aServer({
      'latchkey certificate-request': { code: codes.setUpFailed, output: 'The server was not set up.' },
    });
    expect(await certified(broken)).toMatchObject({
      state: 'failed',
      reason: 'start_failed',
      detail: 'The server was not set up.',
    });
  });

  it('fails where the certificate is for another key', async () => {
    const world = aServer({
      'latchkey certificate-install': { code: codes.setUpFailed, output: 'The certificate is for another key.' },
    });

    expect(await certified(world)).toMatchObject({ state: 'failed', detail: 'The certificate is for another key.' });
  });

  it('is not requested for a missing server, or one that is not ready', async () => {
    const world = aServer();
    expect(await world.fleet.certificateRequest('srv_x')).toMatchObject({ state: 'failed', reason: 'not_found' });

    world.instance.state = 'stopped';
    expect(await world.fleet.installCertificate('srv_1', issued)).toEqual({ serverId: 'srv_1', state: 'pending' });
  });

  it('puts nothing but certificates into a script', async () => {
    const world = aServer();

    await expect(world.fleet.installCertificate('srv_1', { ...issued, certificate: "'; rm -rf /" })).rejects.toThrow(
      'no certificate',
    );
  });
});
