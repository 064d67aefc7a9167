/**
 * The platform's certificate authority: created once, its private key stored as ciphertext only, and the certificates
 * that it issues.
 */
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { factsOf, issueCertificate, readAuthority, requireAuthority } from '#lib/certificates/authority.ts';
import type { StoredAuthority } from '#lib/model/certificate-authority.ts';
import { Secret } from '#lib/model/secret.ts';

const at = new Date('2026-11-29T12:00:00Z');

/**
 * A vault that decrypts only under the key and context of the encryption; `first` is written before by another process.
 */
function scene({ first = null }: { first?: StoredAuthority | null } = {}) {
  let row: StoredAuthority | null = null;
  const sealed = new Map<string, string>();
  const deps = {
    findAuthority: async () => row,
    keepAuthority: async (authority: StoredAuthority) => {
      const isFirst = row === null && first === null;
      row ??= first ?? authority;
      return isFirst;
    },
    encrypt: async (keyArn: string, secret: Secret, context: Record<string, string>) => {
      const ciphertext = `sealed-${sealed.size}`;
      sealed.set(JSON.stringify([keyArn, ciphertext, context]), secret.reveal());
      return ciphertext;
    },
    decrypt: async (keyArn: string, ciphertext: string, context: Record<string, string>) => {
      const plain = sealed.get(JSON.stringify([keyArn, ciphertext, context]));
      if (!plain) throw new Error('KMS refuses');
      return new Secret(plain);
    },
    platformKeyArn: () => 'arn:platform',
    now: () => at,
  };
  return { deps, stored: () => row };
}

const serverKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('the certificate authority', () => {
  it('is made at the first use and stays', async () => {
    const { deps, stored } = scene();
    const made = await requireAuthority(deps);

    expect(await requireAuthority(deps)).toEqual(made);
    expect(new X509Certificate(made.certificate).ca).toBe(true);
    expect(JSON.stringify(stored())).not.toContain('PRIVATE KEY');
  });

  it('is the one of the process that was first', async () => {
    const other = await requireAuthority(scene().deps);
    expect(await requireAuthority(scene({ first: other }).deps)).toEqual(other);
  });

  it('is the fleet’s own authority if it has one, and is created otherwise', async () => {
    const { deps } = scene();
    const own = (await requireAuthority(scene().deps)).certificate;

    expect(await readAuthority({ ...deps, fleetAuthority: async () => own })()).toEqual(factsOf(own));

    const made = await readAuthority({ ...deps, fleetAuthority: async () => null })();
    expect(made).toEqual(factsOf((await requireAuthority(deps)).certificate));
    expect(made.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(made.validUntil).toBe('2036-11-26T12:00:00.000Z');
  });
});

describe('a certificate that it issues', () => {
  it("is for the server's key and address, and verified by it", async () => {
    const { publicKey, privateKey } = serverKey();
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { certificate, authority } = await issueCertificate(scene().deps)({ publicKey: pem, address: '10.0.3.7' });

    const [server, ca] = [new X509Certificate(certificate), new X509Certificate(authority)];
    expect(server.verify(ca.publicKey)).toBe(true);
    expect(server.checkIP('10.0.3.7')).toBe('10.0.3.7');
    expect(
      server.checkPrivateKey(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())),
    ).toBe(true);
  });

  it.each([
    ['what is no public key', { publicKey: 'ssh-rsa AAAA', address: '10.0.3.7' }],
    [
      'what is no address',
      { publicKey: serverKey().publicKey.export({ type: 'spki', format: 'pem' }).toString(), address: 'evil' },
    ],
  ])('is not issued for %s', async (_, request) => {
    await expect(issueCertificate(scene().deps)(request)).rejects.toThrow();
  });
});
