/** A call that EC2, Systems Manager or ECS did not carry out, with AWS's own code, translated once. */

/** Codes that pass by themselves. Source: EC2 API reference, "Error codes" and "Request throttling"; SSM and ECS API references, "Common errors". */
const passing = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'EC2ThrottledException',
  'TooManyRequestsException',
  'TooManyUpdates',
  'BandwidthLimitExceeded',
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InsufficientCapacity',
  'InsufficientFreeAddressesInSubnet',
  'IncorrectInstanceState',
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'ServerException',
  'ServiceUnavailable',
  'Unavailable',
  'RequestExpired',
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EPIPE',
]);

export class AwsRefusal extends Error {
  override readonly name = 'AwsRefusal';
  /** AWS's error code, such as `InvalidInstanceID.NotFound`. */
  readonly code: string;
  readonly passes: boolean;

  constructor(code: string, options?: ErrorOptions) {
    super(`AWS refused: ${code}`, options);
    this.code = code;
    this.passes = passing.has(code);
  }
}

/** Runs a call of the SDK. */
export async function orRefusal<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new AwsRefusal(codeOf(error), { cause: error });
  }
}

/** The SDK names an error by AWS's code; a connection that fails has the operating system's code. */
function codeOf(error: unknown): string {
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    name?: unknown;
  };
  if (typeof code === 'string' && passing.has(code)) return code;
  return typeof name === 'string' ? name : 'Unknown';
}
