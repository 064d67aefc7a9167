/** The authority and the server certificate as files, made at first start; the server's is renewed in its last 30 days. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAuthority,
  createLoopbackCertificate,
  type KeyAndCertificate,
  lastsAnother,
} from '#lib/certificates/certificate.ts';

export interface TlsFiles {
  /** What clients trust. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

export function ensureTlsFiles(folder: string, now: Date): TlsFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kept = read(folder, 'ca');
  const authority =
    kept && lastsAnother(kept.certificate, 365, now)
      ? kept
      : write(folder, 'ca', createAuthority('Latchkey local authority', now));
  const server = authority === kept ? read(folder, 'server') : null;
  if (!server || !lastsAnother(server.certificate, 30, now))
    write(folder, 'server', createLoopbackCertificate(authority, now));
  return {
    authority: join(folder, 'ca.crt'),
    certificate: join(folder, 'server.crt'),
    key: join(folder, 'server.key'),
  };
}

/** `null` unless both files are there. */
function read(folder: string, name: string): KeyAndCertificate | null {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  if (!existsSync(key) || !existsSync(certificate)) return null;
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
}

/** The certificate is taken away first and comes last, so that a pair cut short counts as none. */
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
