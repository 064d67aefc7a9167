/**
 * The certificate authority that clients verify servers by. It is public, as a certificate is, and a function of its
 * own: its first request creates the authority's key, which no other public route may encrypt.
 */
import { GetCertificateAuthority } from '#lib/contracts/certificates.ts';
import { route } from '#lib/edge/rest-api.ts';
import * as databases from '#lib/wiring/databases.ts';
import { restReads } from '#lib/wiring/rest-reads.ts';

export const handler = restReads(() => ({
  'GET /v1/certificate-authority': route(GetCertificateAuthority, databases.certificateAuthority()),
}));
