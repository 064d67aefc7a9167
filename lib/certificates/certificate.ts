/**
 * X.509 certificates on P-256 (RFC 5280), with node:crypto alone: an authority, and a server certificate for 127.0.0.1 and localhost.
 * Does not: revoke, or know other names.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { bits, explicit, implicit, integer, octets, oid, sequence, set, time, utf8, yes } from './der.ts';

const ids = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectKey: '551d0e',
  keyUsage: '551d0f',
  alternativeName: '551d11',
  basicConstraints: '551d13',
  authorityKey: '551d23',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
};
const dayMs = 86_400_000;
const authorityName = 'Latchkey local authority';

export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** Signs itself; for ten years. */
export function createAuthority(now: Date): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [
    extension(ids.basicConstraints, sequence(yes()), 'critical'),
    // keyCertSign and cRLSign.
    extension(ids.keyUsage, bits(Buffer.from([0x06]), 1), 'critical'),
    extension(ids.subjectKey, octets(keyId(publicKey))),
  ];
  const subject = { name: authorityName, publicKey, days: 3650, extensions };
  return { key: pemOf(privateKey), certificate: issue(subject, privateKey, now) };
}

/** For 397 days, the longest that common clients accept. */
export function createServerCertificate(authority: KeyAndCertificate, now: Date): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = createPrivateKey(authority.key);
  const loopback = sequence(implicit(2, Buffer.from('localhost')), implicit(7, Buffer.from([127, 0, 0, 1])));
  const extensions = [
    extension(ids.basicConstraints, sequence(), 'critical'),
    // digitalSignature.
    extension(ids.keyUsage, bits(Buffer.from([0x80]), 7), 'critical'),
    extension(ids.extendedKeyUsage, sequence(oid(ids.serverAuth))),
    extension(ids.alternativeName, loopback),
    extension(ids.subjectKey, octets(keyId(publicKey))),
    extension(ids.authorityKey, sequence(implicit(0, keyId(createPublicKey(signer))))),
  ];
  return { key: pemOf(privateKey), certificate: issue({ name: 'localhost', publicKey, days: 397, extensions }, signer, now) };
}

export const lastsAnother = (certificate: string, days: number, now: Date): boolean =>
  Date.parse(new X509Certificate(certificate).validTo) - now.getTime() > days * dayMs;

interface Subject {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly days: number;
  readonly extensions: readonly Buffer[];
}

function issue(subject: Subject, signer: KeyObject, now: Date): string {
  const algorithm = sequence(oid(ids.ecdsaWithSha256));
  // A day's grace for a client whose clock is behind.
  const validity = sequence(time(new Date(now.getTime() - dayMs)), time(new Date(now.getTime() + subject.days * dayMs)));
  const content = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    named(authorityName),
    validity,
    named(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...subject.extensions)),
  );
  const signature = sign('sha256', content, signer);
  const base64 = sequence(content, algorithm, bits(signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

const named = (name: string) => sequence(set(sequence(oid(ids.commonName), utf8(name))));

const extension = (id: string, value: Uint8Array, critical?: 'critical') => sequence(oid(id), ...(critical ? [yes()] : []), octets(value));

/** Any stable name of the key will do (RFC 5280, 4.2.1.2). */
const keyId = (publicKey: KeyObject) =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);

const pemOf = (privateKey: KeyObject): string => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
