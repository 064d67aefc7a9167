/**
 * An emulator behind the JSON protocol on a free loopback port, for the SDK to speak to.
 * Does not: check signatures or know other protocols.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError, type ServiceEmulator } from '../../src/protocol.ts';
import { callerOf, region } from '../../test-support/accounts.ts';

/** Answers the endpoint's URL and what stops it. The caller closes the emulator. */
export async function serve(emulator: ServiceEmulator) {
  const result = async (request: IncomingMessage) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const accessKey = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    return await emulator.call({
      operation: String(request.headers['x-amz-target']).split('.')[1] ?? '',
      input: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
      caller: callerOf(accessKey),
      region,
      requestId: 'test',
    });
  };
  const server = createServer((request, response) => {
    result(request).then(
      (body) => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body)),
      (error: unknown) => {
        const { code, message, status, fields } =
          error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), { status: 500 });
        response
          .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
          .end(JSON.stringify({ __type: code, message, ...fields }));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
