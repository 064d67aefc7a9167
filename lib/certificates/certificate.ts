/**
 * X.509 certificates on P-256 (RFC 5280), with node:crypto alone: an authority, and the server certificates that it
 * signs. Does not support revocation, other authorities, or IPv6 addresses.
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
import { isIPv4 } from 'node:net';
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
const yearMs = 365 * dayMs;

/** Both as PEM; the key as PKCS #8. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** Self-signed, valid for ten years. */
export function createAuthority(name: string, now: Date): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [
    extension(ids.basicConstraints, sequence(yes()), 'critical'),
    // keyCertSign and cRLSign.
    extension(ids.keyUsage, bits(Buffer.from([0x06]), 1), 'critical'),
    extension(ids.subjectKey, octets(keyId(publicKey))),
  ];
  const until = new Date(now.getTime() + 10 * yearMs);
  return {
    key: pemOf(privateKey),
    certificate: issue({ name, publicKey, until, extensions }, { name, privateKey }, now),
  };
}

/** The content of a server's certificate. */
export interface ServerIdentity {
  readonly publicKey: KeyObject;
  readonly hosts: readonly string[];
  /** IPv4. */
  readonly addresses: readonly string[];
  readonly until: Date;
}

/** Expires with its authority at the latest. Throws for an address that is not IPv4. */
export function issueServerCertificate(authority: KeyAndCertificate, identity: ServerIdentity, now: Date): string {
  const { publicKey, hosts, addresses } = identity;
  const privateKey = createPrivateKey(authority.key);
  const { subject, validTo } = new X509Certificate(authority.certificate);
  const until = new Date(Math.min(identity.until.getTime(), Date.parse(validTo)));
  const names = [
    ...hosts.map((host) => implicit(2, Buffer.from(host))),
    ...addresses.map((address) => implicit(7, bytesOf(address))),
  ];
  const extensions = [
    extension(ids.basicConstraints, sequence(), 'critical'),
    // digitalSignature.
    extension(ids.keyUsage, bits(Buffer.from([0x80]), 7), 'critical'),
    extension(ids.extendedKeyUsage, sequence(oid(ids.serverAuth))),
    extension(ids.alternativeName, sequence(...names)),
    extension(ids.subjectKey, octets(keyId(publicKey))),
    extension(ids.authorityKey, sequence(implicit(0, keyId(createPublicKey(privateKey))))),
  ];
  const name = hosts[0] ?? addresses[0] ?? 'server';
  return issue({ name, publicKey, until, extensions }, { name: subject.replace(/^CN=/, ''), privateKey }, now);
}

interface Subject {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly until: Date;
  readonly extensions: readonly Buffer[];
}

function issue(subject: Subject, issuer: { name: string; privateKey: KeyObject }, now: Date): string {
  const algorithm = sequence(oid(ids.ecdsaWithSha256));
  // A day's grace for a client whose clock is behind.
  const validity = sequence(time(new Date(now.getTime() - dayMs)), time(subject.until));
  const content = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    distinguishedName(issuer.name),
    validity,
    distinguishedName(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...subject.extensions)),
  );
  const signature = sign('sha256', content, issuer.privateKey);
  const base64 = sequence(content, algorithm, bits(signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

function bytesOf(address: string): Buffer {
  if (!isIPv4(address)) throw new Error(`${address} is not an IPv4 address, so no certificate is issued for it.`);
  return Buffer.from(address.split('.').map(Number));
}

const distinguishedName = (name: string) => sequence(set(sequence(oid(ids.commonName), utf8(name))));

const extension = (id: string, value: Uint8Array, critical?: 'critical') =>
  sequence(oid(id), ...(critical ? [yes()] : []), octets(value));

/** RFC 5280, 4.2.1.2 accepts any unique value. */
const keyId = (publicKey: KeyObject) =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);

const pemOf = (privateKey: KeyObject): string => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
