/** Errors of EC2, Systems Manager, ECS and S3, with AWS's error codes. */

/**
 * Codes of errors that a retry may resolve. Sources: EC2 API reference, "Error codes" and "Request throttling"; SSM and
 * ECS API references, "Common errors".
 */
const retryableCodes = new Set([
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
    this.passes = retryableCodes.has(code);
  }
}

/** Translates the errors of a call of the SDK to `AwsRefusal`. */
export async function orRefusal<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new AwsRefusal(codeOf(error), { cause: error });
  }
}

/** The SDK sets an error's name to AWS's code; connection errors have the operating system's code. */
function codeOf(error: unknown): string {
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    name?: unknown;
  };
  if (typeof code === 'string' && retryableCodes.has(code)) return code;
  return typeof name === 'string' ? name : 'Unknown';
}
