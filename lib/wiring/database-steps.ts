/** The steps that create and remove a database, joined with a deployment's table, KMS and fleet. */
import * as servers from '#fleet';
import { grantIssuer } from '#lib/aws/kms.ts';
import { certifyServer } from '#lib/databases/certify.ts';
import { attachToApp, createGrant, followLeader, launchServer, startService } from '#lib/databases/provision.ts';
import { forgetDatabase, markFailed, retireGrant, terminateServer } from '#lib/databases/remove.ts';
import { now } from '#lib/model/clock.ts';
import { appStore } from '#lib/store/apps.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { committer } from './committer.ts';
import { issueServerCertificate } from './databases.ts';
import { platformKey } from './settings.ts';

const tablePorts = () => ({ ...databaseStore(), ...committer(), now });
const serverPorts = <F>(operations: F) => ({ ...tablePorts(), ...platformKey(), fleet: async () => operations });

const certification = {
  certificateRequest: servers.certificateRequest,
  installCertificate: servers.installCertificate,
};

const grantPorts = () => ({ ...tablePorts(), ...grantIssuer(), serviceGrants: servers.serviceGrants });

export const grant = () => createGrant(grantPorts());
export const launch = () =>
  launchServer({ ...serverPorts({ launch: servers.launch, describe: servers.describe }), ...appStore() });
export const follow = () => followLeader(serverPorts({ follow: servers.follow }));
export const start = () =>
  startService({
    ...serverPorts({ startServices: servers.startServices }),
    certifyServer: certifyServer({ fleet: async () => certification, issueCertificate: issueServerCertificate() }),
  });
export const attach = () => attachToApp({ ...tablePorts(), ...appStore(), ...keyStore(), ...lockoutStore() });
export const fail = () => markFailed(tablePorts());

export const terminate = () => terminateServer({ ...serverPorts({ terminate: servers.terminate }), ...appStore() });
export const retire = () => retireGrant(grantPorts());
export const forget = () => forgetDatabase(tablePorts());
