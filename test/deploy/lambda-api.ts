/**
 * The part of Lambda's API that these tests need, without its client: invoking a deployed function, and changing its
 * settings as a deployment does.
 */

export interface LambdaApi {
  readonly url: string;
  readonly accountId: string;
  readonly region: string;
}

export interface Invocation {
  /** Set when the function threw. */
  readonly error: string | null;
  readonly payload: unknown;
  /** The last 4 KB of its log. */
  readonly log: string;
}

export async function invoke(api: LambdaApi, functionName: string, payload: unknown): Promise<Invocation> {
  const response = await fetch(`${functionUrl(api, functionName)}/invocations`, {
    method: 'POST',
    headers: { ...headersOf(api), 'x-amz-log-type': 'Tail' },
    body: JSON.stringify(payload),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Lambda answers ${response.status}: ${text}`);
  const log = Buffer.from(response.headers.get('x-amz-log-result') ?? '', 'base64').toString('utf8');
  return { error: response.headers.get('x-amz-function-error'), payload: text === '' ? null : JSON.parse(text), log };
}

interface Configuration {
  readonly Role: string;
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
}

export async function configurationOf(api: LambdaApi, functionName: string): Promise<Configuration> {
  const found = await fetch(`${functionUrl(api, functionName)}/configuration`, { headers: headersOf(api) });
  return (await found.json()) as Configuration;
}

/** Changes some variables of a function's environment, and keeps the others. */
export async function setEnvironment(
  api: LambdaApi,
  functionName: string,
  changes: Readonly<Record<string, string>>,
): Promise<void> {
  const Variables = { ...(await configurationOf(api, functionName)).Environment.Variables, ...changes };
  const body = JSON.stringify({ Environment: { Variables } });
  const changed = await fetch(`${functionUrl(api, functionName)}/configuration`, {
    method: 'PUT',
    headers: headersOf(api),
    body,
  });
  if (!changed.ok) throw new Error(`Lambda answers ${changed.status}: ${await changed.text()}`);
}

const functionUrl = ({ url }: LambdaApi, name: string) => `${url}/2015-03-31/functions/${encodeURIComponent(name)}`;

/** The emulator accepts an account's id as the access key of its root, and does not check root's signature. */
export const authorizationOf = ({ accountId, region }: Omit<LambdaApi, 'url'>, service: string): string =>
  `AWS4-HMAC-SHA256 Credential=${accountId}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, ` +
  'Signature=0';

const headersOf = (api: LambdaApi) => ({
  authorization: authorizationOf(api, 'lambda'),
  'content-type': 'application/json',
});
