/** Serves the static files of a single-page application: compressed, with a strict content security policy. */
import { brotliDecompressSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export interface StaticFile {
  /** The path below the prefix. */
  readonly name: string;
  readonly type: string;
  /** Whether the content never changes under this name. */
  readonly isImmutable: boolean;
  /** In base64. */
  readonly brotli: string;
}

/** Sources: the OWASP secure headers project; W3C Trusted Types, section 4. */
const guarded = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

const yearSeconds = 31_536_000;

/** `prefix` has no final slash. A path without a file is a page of the application, unless it is below `assets/`. */
export function staticFiles(prefix: string, read: () => readonly StaticFile[]) {
  let files: ReadonlyMap<string, StaticFile> | undefined;
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    files ??= new Map(read().map((file) => [file.name, file]));
    const name = event.rawPath.slice(prefix.length + 1);
    const file = files.get(name) ?? (name.startsWith('assets/') ? undefined : files.get('index.html'));
    return file ? fileResponse(file, event) : notFoundResponse(files.size);
  };
}

function fileResponse(file: StaticFile, { headers }: APIGatewayProxyEventV2): APIGatewayProxyStructuredResultV2 {
  const accepted = /\bbr\b/.test(headers['accept-encoding'] ?? headers['Accept-Encoding'] ?? '');
  const compressed = Buffer.from(file.brotli, 'base64');
  return {
    statusCode: 200,
    headers: {
      ...guarded,
      'content-type': file.type,
      'cache-control': file.isImmutable ? `public, max-age=${yearSeconds}, immutable` : 'no-cache',
      vary: 'accept-encoding',
      ...(accepted ? { 'content-encoding': 'br' } : {}),
    },
    isBase64Encoded: true,
    body: accepted ? file.brotli : brotliDecompressSync(compressed).toString('base64'),
  };
}

const notFoundResponse = (fileCount: number): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 404,
  headers: { ...guarded, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: fileCount > 0 ? 'File not found.' : 'The console is not built. Run: npm run build:console',
});
