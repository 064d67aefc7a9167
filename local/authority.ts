/**
 * The certificate authority of the databases on this machine, where clients find it:
 * `.latchkey/certificate-authority.pem`.
 */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

export const authorityFile = (dir: string): string => join(dir, 'certificate-authority.pem');

export const publishAuthority = (dir: string, certificateFile: string): void =>
  copyFileSync(certificateFile, authorityFile(dir));

/**
 * Makes every TLS client of this process verify by this authority too, as NODE_EXTRA_CA_CERTS does for a process that
 * starts.
 */
export function trustAuthority(dir: string): void {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(authorityFile(dir), 'utf8')]);
}
