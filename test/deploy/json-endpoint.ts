/**
 * A loopback URL for services with AWS's JSON protocol, for an SDK's `AWS_ENDPOINT_URL_<SERVICE>`. Checks no
 * signatures: every caller is the platform's account, the only one of the deployment's functions.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { jsonError, jsonResponse, readInput } from 'aws-local/endpoint';
import { type HttpResponse, type Listener, listen, readBody } from 'aws-local/listener';
import { AwsError, type ServiceEmulator } from 'aws-local/protocol';

/** Emulators by the prefix of their targets, as `AWSStepFunctions`. */
type Targets = Readonly<Record<string, Pick<ServiceEmulator, 'call'>>>;

export interface Place {
  readonly accountId: string;
  readonly region: string;
}

export const startJsonEndpoint = (targets: Targets, place: Place): Promise<Listener> =>
  listen({
    port: 0,
    purpose: 'an emulator of the deployed tests',
    handle: (request) => answer(request, targets, place),
  });

async function answer(request: IncomingMessage, targets: Targets, { accountId, region }: Place): Promise<HttpResponse> {
  const requestId = randomUUID();
  const meta = { requestId, contentType: request.headers['content-type'] ?? 'application/x-amz-json-1.1' };
  try {
    const [prefix = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
    const target = targets[prefix];
    if (!target) throw new AwsError('UnknownOperationException', `There is no emulator of ${prefix}.`);
    const body = await readBody(request, 2 ** 20);
    const input = readInput(body?.toString('utf8') ?? '');
    const caller = { accountId, arn: `arn:aws:iam::${accountId}:role/deployed` };
    return jsonResponse(await target.call({ operation, input, caller, region, requestId }), meta);
  } catch (error) {
    return jsonError(
      error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), { status: 500 }),
      meta,
    );
  }
}
