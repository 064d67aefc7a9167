/** Installs the certificate that clients verify on a new server, before its service starts. */

import type { IssuedCertificate } from '#lib/model/certificate-authority.ts';
import type { Database } from '#lib/model/database.ts';
import { assertDone } from '#lib/model/outcome.ts';
import type { NeedsFleet } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';

export type CertifyDeps = NeedsFleet<'certificateRequest' | 'installCertificate'> & {
  readonly issueCertificate: (request: {
    readonly publicKey: string;
    readonly address: string;
  }) => Promise<IssuedCertificate>;
};

/** Idempotent. Throws `Transient` while the server is being set up. */
export const certifyServer =
  (deps: CertifyDeps) =>
  async ({ serverId }: Database): Promise<void> => {
    const fleet = await deps.fleet();
    const requested = await fleet.certificateRequest(serverId);
    if (requested.state === 'pending') throw new Transient('The server is not ready yet');
    if (requested.state === 'failed') return assertDone([requested]);
    if (!requested.request) return;
    assertDone([await fleet.installCertificate(serverId, await deps.issueCertificate(requested.request))]);
  };
