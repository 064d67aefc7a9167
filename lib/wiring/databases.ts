/** What the steps of a database's life touch in a deployment. */

import { fleet } from '#fleet';
import { keyVault } from '#lib/aws/kms.ts';
import { issueCertificate } from '#lib/certificates/authority.ts';
import { platformKeyConfig } from '#lib/config.ts';
import { now } from '#lib/model/clock.ts';
import { appStore } from '#lib/store/apps.ts';
import { certificateStore } from '#lib/store/certificates.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { recorder } from './recorder.ts';

export const platformKey = () => ({ platformKeyArn: () => platformKeyConfig().PLATFORM_KEY_ARN });
export const stepping = () => ({ ...databaseStore(), ...recorder(), now });
export const driving = () => ({ ...stepping(), ...platformKey(), fleet });
export const rotating = () => ({ ...appStore(), ...keyStore(), ...stepping(), fleet });
const authority = () => ({ ...certificateStore(), ...keyVault(), ...platformKey(), now });
/** The dependencies of issuing a server's certificate. */
export const certifying = () => ({ fleet, issueCertificate: issueCertificate(authority()) });
/** The dependencies of reading the certificate authority. */
export const trusting = () => ({ ...authority(), fleetAuthority: async () => (await fleet()).certificateAuthority() });
/** It is begun here, and done by an effect. */
export const maintaining = () => ({ ...keyStore(), ...stepping() });
export const unlocking = () => ({ ...databaseStore(), ...keyVault(), ...platformKey() });
