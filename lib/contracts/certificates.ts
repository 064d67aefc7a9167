/** The certificate authority, by which clients verify database servers. */
import * as z from 'zod/mini';
import { lazyObject } from '#lib/model/schema.ts';
import { operation, time } from './operation.ts';

export const GetCertificateAuthority = operation({
  id: 'getCertificateAuthority',
  route: 'GET /v1/certificate-authority',
  summary: "The certificate authority that signs the database servers' certificates, which clients must trust",
  scope: 'public',
  response: lazyObject(() => ({
    certificate: z.string().check(z.describe('PEM')),
    sha256: z.string().check(z.describe("The certificate's fingerprint in lower-case hex")),
    validUntil: time(),
  })),
  problems: ['unavailable'],
});
