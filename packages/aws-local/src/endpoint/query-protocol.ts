/**
 * AWS's query protocol: a form with `Action` as the request, and XML as the response.
 * Does not: write lists or nested structures.
 */
import type { HttpResponse } from '../listener.ts';
import type { AwsError } from '../protocol.ts';
import { element } from '../xml.ts';

const namespaces: Readonly<Record<string, string>> = {
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  ses: 'http://ses.amazonaws.com/doc/2010-12-01/',
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
};

/** Error codes that differ from those of the JSON protocols. */
const codes: Readonly<Record<string, { code: string; status: number }>> = {
  MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken', status: 403 },
  UnrecognizedClientException: { code: 'InvalidClientTokenId', status: 403 },
  IncompleteSignatureException: { code: 'IncompleteSignature', status: 400 },
  UnknownOperationException: { code: 'InvalidAction', status: 400 },
};

interface Meta {
  readonly service: string;
  readonly requestId: string;
}

export function queryResponse(operation: string, output: unknown, { service, requestId }: Meta): HttpResponse {
  const members = Object.entries(output ?? {}).map(([name, value]) => element(name, value));
  const result = `<${operation}Result>${members.join('')}</${operation}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return xml(
    200,
    `<${operation}Response xmlns="${namespaces[service] ?? ''}">${result}${metadata}</${operation}Response>`,
    requestId,
  );
}

export function queryError(error: AwsError, { service, requestId }: Meta): HttpResponse {
  const { code, status } = codes[error.code] ?? error;
  const type = status < 500 ? 'Sender' : 'Receiver';
  const detail = `<Error><Type>${type}</Type>${element('Code', code)}${element('Message', error.message)}</Error>`;
  return xml(
    status,
    `<ErrorResponse xmlns="${namespaces[service] ?? ''}">${detail}<RequestId>${requestId}</RequestId></ErrorResponse>`,
    requestId,
  );
}

const xml = (status: number, body: string, requestId: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body,
});
