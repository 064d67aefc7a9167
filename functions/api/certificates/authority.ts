/** GET /v1/certificate-authority: what clients verify database servers by. Public, as a certificate is. */
import { readAuthority } from '#lib/certificates/authority.ts';
import { GetCertificateAuthority } from '#lib/contracts/certificates.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { trusting } from '#lib/wiring/databases.ts';

export const handler = endpoint(GetCertificateAuthority, () => readAuthority(trusting()));
