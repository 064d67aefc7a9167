/** A certificate for loopback, which is its own authority. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from '../src/redis-conf.ts';

/** Creates the files in the folder, unless they exist. */
export function tlsFilesIn(folder: string): TlsFiles {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  if (!existsSync(certificate)) {
    mkdirSync(folder, { recursive: true });
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];
    execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', `${certificate}.new`], {
      stdio: 'ignore',
    });
    renameSync(`${certificate}.new`, certificate);
  }
  return { authority: certificate, certificate, key };
}
