/** Names the failures of a request, without anything that the receiver or the network said. */
import type { DeliveryError } from '#lib/model/webhook-delivery.ts';

export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  readonly kind: DeliveryError;

  constructor(kind: DeliveryError) {
    super(kind);
    this.kind = kind;
  }
}

/**
 * Codes of OpenSSL's and Node's verification (Node's documentation, "X509 certificate error codes", and `ERR_TLS_…`).
 */
const tls =
  /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_CERT|INVALID_|HOSTNAME_MISMATCH|EPROTO)/;

export function failureOf(error: unknown): DeliveryError {
  if (error instanceof RequestFailure) return error.kind;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (tls.test(code)) return 'tls_failed';
  return code.startsWith('HPE_') ? 'response_invalid' : 'connection_failed';
}
