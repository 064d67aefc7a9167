/**
 * The credentials of AWS's clients. Lambda puts those of a function's role into the environment, where the SDK finds
 * them; the local cloud, whose functions share a process, sets a provider instead.
 */

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type Provider = () => Promise<Credentials>;

let provider: Provider | undefined;

/** For clients that are created afterwards. The provider is called for every request. */
export const useCredentials = (other: Provider | undefined): void => {
  // Without the mark, the SDK keeps the first result.
  provider = other && Object.assign(() => other(), { memoized: true });
};

/** Settings of a client that calls AWS as the function's role. */
export const roleCredentials = (): { readonly credentials?: Provider } => (provider ? { credentials: provider } : {});
