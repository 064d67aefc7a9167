/** Certificates of servers: issuer, addresses and validity. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createAuthority, issueServerCertificate } from '#lib/certificates/certificate.ts';
import { integer, sequence, time } from '#lib/certificates/der.ts';

const now = new Date('2026-01-01T00:00:00Z');

describe('a server certificate', () => {
  const authority = createAuthority('Test authority', now);
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const decades = new Date('2056-01-01T00:00:00Z');
  const issued = (addresses: string[]) =>
    new X509Certificate(issueServerCertificate(authority, { publicKey, hosts: [], addresses, until: decades }, now));

  it('is for the addresses that are named, and no others', () => {
    const certificate = issued(['10.0.3.7']);

    expect(certificate.checkIP('10.0.3.7')).toBe('10.0.3.7');
    expect(certificate.checkIP('127.0.0.1')).toBeUndefined();
    expect(certificate.issuer).toBe('CN=Test authority');
    expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
  });

  it('does not outlive its authority', () => {
    expect(issued(['10.0.3.7']).validTo).toBe(new X509Certificate(authority.certificate).validTo);
  });

  it.each(['fd00::1', '10.0.0', 'localhost', ''])('is not issued for the address %j', (address) => {
    expect(() => issued([address])).toThrow('not an IPv4 address');
  });
});

describe('DER', () => {
  it('writes lengths of one, two and three bytes', () => {
    const headOf = (length: number) => sequence(Buffer.alloc(length)).subarray(0, 4).toString('hex');
    expect([headOf(127).slice(0, 4), headOf(128).slice(0, 6), headOf(300)]).toEqual(['307f', '308180', '3082012c']);
  });

  it('keeps a number positive', () => {
    expect(integer(Buffer.from([0x80])).toString('hex')).toBe('02020080');
    expect(integer(Buffer.from([0x7f])).toString('hex')).toBe('02017f');
  });

  it('writes four digits of the year from 2050 on', () => {
    expect(time(new Date('2049-12-31T23:59:59Z')).toString('latin1')).toContain('491231235959Z');
    expect(time(new Date('2050-01-01T00:00:00Z')).toString('latin1')).toContain('20500101000000Z');
  });
});
