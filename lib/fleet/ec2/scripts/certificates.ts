/** The server's own key, and the certificate that the platform's authority signed for it. */
import { codes, matching, prelude } from './prelude.ts';

/** Prints the public key as PEM (SubjectPublicKeyInfo). */
export const requestScript = `${prelude}
openssl pkey -in "$base/tls/key.pem" -pubout || end ${codes.setUpFailed} 'The server has no key of its own.'
`;

/** Rejects a certificate for another key, with which the service would not start. */
export const installScript = ({
  certificate,
  authority,
}: {
  readonly certificate: string;
  readonly authority: string;
}): string => `${prelude}
umask 027
cat >"$base/tls/certificate.new" <<'CERTIFICATE'
${pemIn(certificate)}
CERTIFICATE
cat >"$base/tls/authority.new" <<'CERTIFICATE'
${pemIn(authority)}
CERTIFICATE
own="$(openssl pkey -in "$base/tls/key.pem" -pubout)"
[ "$(openssl x509 -in "$base/tls/certificate.new" -noout -pubkey)" = "$own" ] || \
end ${codes.setUpFailed} 'The certificate is for another key.'
chown root:valkey "$base/tls/certificate.new" "$base/tls/authority.new"
mv -f "$base/tls/authority.new" "$base/tls/authority.pem"
mv -f "$base/tls/certificate.new" "$base/tls/certificate.pem"
echo 'The certificate is installed.'
`;

const matchingPem = matching(
  /^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----$/,
  'certificate',
);
const pemIn = (text: string): string => matchingPem(text.trim());
