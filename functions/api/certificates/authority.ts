/** GET /v1/certificate-authority: what clients verify database servers by. Public, as a certificate is. */
import { readAuthority } from '#lib/certificates/authority.ts';
import { GetCertificateAuthority } from '#lib/contracts/certificates.ts';
import { trusting } from '#lib/databases/assembly.ts';
import { endpoint } from '#lib/edge/endpoint.ts';

export const handler = endpoint(GetCertificateAuthority, () => readAuthority(trusting()));
