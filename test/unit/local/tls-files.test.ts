/** The loopback certificate of the local cloud, and the files that hold it. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createAuthority } from '#lib/certificates/certificate.ts';
import { createLoopbackCertificate, ensureTlsFiles, isValidFor } from '#local/tls-files.ts';

const now = new Date('2026-01-01T00:00:00Z');

describe('a loopback certificate', () => {
  const authority = createAuthority('Test authority', now);
  const made = createLoopbackCertificate(authority, now);
  const [ca, server] = [new X509Certificate(authority.certificate), new X509Certificate(made.certificate)];

  it('is issued and signed by the authority, for loopback only', () => {
    expect(server.checkIssued(ca)).toBe(true);
    expect(server.verify(ca.publicKey)).toBe(true);
    expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(server.checkHost('localhost')).toBe('localhost');
    expect(server.checkHost('example.com')).toBeUndefined();
    expect(server.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
  });

  it('cannot issue others, as the authority can', () => {
    expect([ca.ca, server.ca]).toEqual([true, false]);
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('is not of another authority', () => {
    expect(server.verify(new X509Certificate(createAuthority('Test authority', now).certificate).publicKey)).toBe(
      false,
    );
  });

  it('is valid for 397 days', () => {
    expect(isValidFor(made.certificate, 396, now)).toBe(true);
    expect(isValidFor(made.certificate, 398, now)).toBe(false);
  });
});

describe('the files', () => {
  it('stay while they last; the server is renewed in its last month, under the same authority', () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-ca-'));
    try {
      const files = ensureTlsFiles(folder, new Date('2026-01-01'));
      const seen = (path: string) => statSync(path, { bigint: true }).ino;
      const [authority, server] = [seen(files.authority), seen(files.certificate)];
      ensureTlsFiles(folder, new Date('2026-12-01'));
      expect([seen(files.authority), seen(files.certificate)]).toEqual([authority, server]);
      ensureTlsFiles(folder, new Date('2027-01-15'));
      expect(seen(files.authority)).toBe(authority);
      expect(seen(files.certificate)).not.toBe(server);
      expect(statSync(files.key).mode & 0o777).toBe(0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
