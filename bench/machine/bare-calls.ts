/**
 * Calls in AWS's JSON protocol over kept connections. AWS's SDK takes half a millisecond of a core for each, several
 * times the duration of a response by an emulator, so that the SDK would be measured.
 * Does not: sign (no emulator checks), retry, or know types.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { accessKey, platformAccount, region } from '#local/accounts.ts';

interface Service {
  /** As credentials are scoped to it: `dynamodb`. */
  readonly name: string;
  /** What its targets begin with: `DynamoDB_20120810`. */
  readonly targets: string;
}

export interface BareCalls {
  /** Throws with the response's body unless it is successful. */
  call(operation: string, input: unknown): Promise<Record<string, unknown>>;
  close(): void;
}

export function bareCalls(endpoint: string, { name, targets }: Service): BareCalls {
  const agent = new Agent({ keepAlive: true });
  const { hostname: host, port } = new URL(endpoint);
  const scope = `${accessKey(platformAccount)}/20260101/${region}/${name}/aws4_request`;
  const common = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': '20260101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  };
  return {
    async call(operation, input) {
      const body = JSON.stringify(input);
      const headers = {
        ...common,
        'x-amz-target': `${targets}.${operation}`,
        'content-length': Buffer.byteLength(body),
      };
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request({ agent, host, port, method: 'POST', headers }, resolve).once('error', reject).end(body);
      });
      const content = await text(response);
      if (response.statusCode !== 200) throw new Error(`${operation} was answered ${response.statusCode}: ${content}`);
      return JSON.parse(content) as Record<string, unknown>;
    },
    close: () => agent.destroy(),
  };
}
