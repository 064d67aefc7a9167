/** Renders a response as an HTML page for clients that prefer HTML to JSON. */
import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Whether `Accept` lists HTML and not JSON before it. A client without `Accept` gets JSON. */
export function wantsPage({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>): boolean {
  const types = (headers.accept ?? '').split(',').map((part) => part.split(';')[0]?.trim().toLowerCase());
  const first = types.find((type) => type === 'text/html' || type === 'application/json');
  return first === 'text/html';
}

/** The content security policy allows only the page's own style sheets. */
export function asPage(result: APIGatewayProxyStructuredResultV2, page: string): APIGatewayProxyStructuredResultV2 {
  const sheets = [...page.matchAll(/<style>([^<]*)<\/style>/g)].map(([, sheet = '']) =>
    createHash('sha256').update(sheet).digest('base64'),
  );
  const policy = [
    "default-src 'none'",
    "frame-ancestors 'none'",
    `style-src ${sheets.map((hash) => `'sha256-${hash}'`).join(' ')}`,
  ].join('; ');
  const headers = { ...result.headers, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
  return { ...result, headers, body: page };
}
