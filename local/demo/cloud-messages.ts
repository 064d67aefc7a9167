/** Messages of the demo's cloud process to the demo. */

export interface CloudFacts {
  readonly apiUrl: string;
  readonly inboxUrl: string;
  readonly awsUrl: string;
  readonly teamToken: string;
  readonly adminToken: string;
  /** Where the fleet keeps ciphertext, and where plaintext is while servers run. */
  readonly serversDir: string;
  readonly memoryDir: string;
  /** A file for `source`, as `make start` writes it. */
  readonly shellFile: string;
  readonly logFile: string;
}

export type CloudMessage =
  | { readonly state: 'up'; readonly facts: CloudFacts }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'closed'; readonly faults: readonly string[] };
