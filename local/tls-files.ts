/**
 * The certificate authority of this machine's databases and their certificate for loopback, as files. They are created
 * at the first start; the server's certificate is renewed in its last 30 days.
 */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from 'process-fleet';
import { createAuthority, issueServerCertificate, type KeyAndCertificate } from '#lib/certificates/certificate.ts';

const dayMs = 86_400_000;

export function ensureTlsFiles(folder: string, now: Date): TlsFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kept = read(folder, 'ca');
  const authority =
    kept && isValidFor(kept.certificate, 365, now)
      ? kept
      : write(folder, 'ca', createAuthority('Latchkey local authority', now));
  const server = authority === kept ? read(folder, 'server') : null;
  if (!server || !isValidFor(server.certificate, 30, now))
    write(folder, 'server', createLoopbackCertificate(authority, now));
  return {
    authority: join(folder, 'ca.crt'),
    certificate: join(folder, 'server.crt'),
    key: join(folder, 'server.key'),
  };
}

/** Valid for 397 days, the longest that common clients accept. */
export function createLoopbackCertificate(authority: KeyAndCertificate, now: Date): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const until = new Date(now.getTime() + 397 * dayMs);
  const identity = { publicKey, hosts: ['localhost'], addresses: ['127.0.0.1'], until };
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: issueServerCertificate(authority, identity, now),
  };
}

/** Whether the certificate is valid for more than this many days. */
export const isValidFor = (certificate: string, days: number, now: Date): boolean =>
  Date.parse(new X509Certificate(certificate).validTo) - now.getTime() > days * dayMs;

/** Null unless both files exist. */
function read(folder: string, name: string): KeyAndCertificate | null {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  if (!existsSync(key) || !existsSync(certificate)) return null;
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
}

/** Removes the certificate first and writes it last, so that an interrupted pair counts as absent. */
function write(folder: string, name: string, made: KeyAndCertificate): KeyAndCertificate {
  rmSync(join(folder, `${name}.crt`), { force: true });
  for (const [ending, content] of [
    ['key', made.key],
    ['crt', made.certificate],
  ] as const) {
    const path = join(folder, `${name}.${ending}`);
    writeFileSync(`${path}.new`, content, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  return made;
}
