/**
 * Creating, connecting, disconnecting, describing and deleting custom key stores. A store connects and disconnects at
 * once.
 * Does not: verify the cluster, its certificate or the proxy, update a store, or report these calls to the bus.
 */
import { randomBytes } from 'node:crypto';
import { AwsError, type Call } from '../../protocol.ts';
import type { Kms, Operation } from '../context.ts';
import { invalidStoreState, requireStore, storeNotFound } from '../custom-key-stores.ts';
import { validation } from '../errors.ts';
import { choice, type Input, requiredText, structure, text } from '../input.ts';
import { seconds } from '../key-metadata.ts';
import { currentKey } from '../lifecycle.ts';
import { pageOf } from '../paging.ts';
import type { CustomKeyStore } from '../records.ts';

const commit = ({ store }: Kms, value: CustomKeyStore) => store.commit({ table: 'stores', id: value.id, value });

export const createCustomKeyStore: Operation = (kms, call) => {
  const { input, caller, region } = call;
  const name = requiredText(input, 'CustomKeyStoreName', { min: 1, max: 256 });
  const type = choice(input, 'CustomKeyStoreType', ['AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE']) ?? 'AWS_CLOUDHSM';
  const backend = type === 'AWS_CLOUDHSM' ? clusterIn(input) : proxyIn(input);
  const others = kms.store.storesOf(caller.accountId, region);
  if (others.some((other) => other.name === name))
    throw new AwsError('CustomKeyStoreNameInUseException', `The name ${name} is in use already.`);
  assertFreeBackend(others, backend);
  const id = `cks-${randomBytes(9).toString('hex').slice(0, 17)}`;
  const { accountId } = caller;
  const place = { accountId, region, seq: kms.store.nextSeq(), createdAt: kms.now().getTime() };
  commit(kms, { ...place, id, name, type, isConnected: false, backend });
  return { CustomKeyStoreId: id };
};

type Backend = CustomKeyStore['backend'];

function clusterIn(input: Input): Backend {
  requiredText(input, 'KeyStorePassword', { min: 7, max: 32 });
  return {
    CloudHsmClusterId: requiredText(input, 'CloudHsmClusterId', { min: 19, max: 24, pattern: /^cluster-[a-z0-9]+$/ }),
    TrustAnchorCertificate: requiredText(input, 'TrustAnchorCertificate', { min: 1, max: 5000 }),
  };
}

function proxyIn(input: Input): Backend {
  const credential = structure(input, 'XksProxyAuthenticationCredential');
  const Connectivity = choice(input, 'XksProxyConnectivity', ['PUBLIC_ENDPOINT', 'VPC_ENDPOINT_SERVICE']);
  if (credential === null || Connectivity === null)
    throw validation('An external key store needs XksProxyAuthenticationCredential and XksProxyConnectivity.');
  requiredText(credential, 'RawSecretAccessKey', { min: 43, max: 64 });
  const service = text(input, 'XksProxyVpcEndpointServiceName', { min: 20, max: 64 });
  return {
    XksProxyConfiguration: {
      Connectivity,
      AccessKeyId: requiredText(credential, 'AccessKeyId', { min: 20, max: 30 }),
      UriEndpoint: requiredText(input, 'XksProxyUriEndpoint', {
        min: 10,
        max: 128,
        pattern: /^https:\/\/[a-zA-Z0-9.-]+$/,
      }),
      UriPath: requiredText(input, 'XksProxyUriPath', { min: 10, max: 128, pattern: /\/kms\/xks\/v[0-9]{1,2}$/ }),
      ...(service === null ? {} : { VpcEndpointServiceName: service }),
    },
  };
}

/** A cluster and a proxy's address can belong to one store only. */
function assertFreeBackend(others: readonly CustomKeyStore[], { CloudHsmClusterId, XksProxyConfiguration }: Backend) {
  if (CloudHsmClusterId !== undefined && others.some(({ backend }) => backend.CloudHsmClusterId === CloudHsmClusterId))
    throw new AwsError('CloudHsmClusterInUseException', `The cluster ${CloudHsmClusterId} is in use already.`);
  const address = addressOf(XksProxyConfiguration);
  if (address !== null && others.some(({ backend }) => addressOf(backend.XksProxyConfiguration) === address))
    throw new AwsError('XksProxyUriInUseException', `The proxy ${address} is in use already.`);
}

const addressOf = (proxy: unknown): string | null =>
  typeof proxy === 'object' && proxy !== null && 'UriEndpoint' in proxy && 'UriPath' in proxy
    ? `${proxy.UriEndpoint}${proxy.UriPath}`
    : null;

const requireNamedStore = (kms: Kms, call: Call): CustomKeyStore =>
  requireStore(kms, call, requiredText(call.input, 'CustomKeyStoreId', { min: 1, max: 64 }));

export const connectCustomKeyStore: Operation = (kms, call) => {
  commit(kms, { ...requireNamedStore(kms, call), isConnected: true });
  return {};
};

/** Its keys become unavailable at once. */
export const disconnectCustomKeyStore: Operation = (kms, call) => {
  const found = requireNamedStore(kms, call);
  if (!found.isConnected) throw invalidStoreState(`The custom key store ${found.id} is disconnected.`);
  commit(kms, { ...found, isConnected: false });
  return {};
};

export const deleteCustomKeyStore: Operation = (kms, call) => {
  const found = requireNamedStore(kms, call);
  if (found.isConnected) throw invalidStoreState(`The custom key store ${found.id} is not disconnected.`);
  if (kms.store.keysInStore(found.id).some((key) => currentKey(kms, key)))
    throw new AwsError('CustomKeyStoreHasCMKsException', `The custom key store ${found.id} contains KMS keys.`);
  kms.store.commit({ table: 'stores', id: found.id, value: null });
  return {};
};

export const describeCustomKeyStores: Operation = (kms, call) => {
  const id = text(call.input, 'CustomKeyStoreId', { min: 1, max: 64 });
  const name = text(call.input, 'CustomKeyStoreName', { min: 1, max: 256 });
  if (id !== null && name !== null) throw validation('Give CustomKeyStoreId or CustomKeyStoreName, not both.');
  const stores = kms.store
    .storesOf(call.caller.accountId, call.region)
    .filter((each) => (id === null || each.id === id) && (name === null || each.name === name));
  if (stores.length === 0 && (id ?? name) !== null) throw storeNotFound();
  const { items, more } = pageOf(call.input, stores);
  return { CustomKeyStores: items.map(describeStore), ...more };
};

const describeStore = ({ id, name, type, isConnected, createdAt, backend }: CustomKeyStore) => ({
  CustomKeyStoreId: id,
  CustomKeyStoreName: name,
  CustomKeyStoreType: type,
  ConnectionState: isConnected ? 'CONNECTED' : 'DISCONNECTED',
  CreationDate: seconds(createdAt),
  ...backend,
});
