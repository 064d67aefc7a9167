/** The simulated KMS with counted requests: a probe counts as the requests of `lib/aws/kms-probe.ts`. */
import { Transient } from '#lib/model/problem.ts';
import type { SimulatedKms } from '#simulation/kms.ts';
import type { ScaleContext } from './context.ts';
import type { RateName } from './limits.ts';

/** In the order of the probe; those of the first line first, at once, then the others. */
export const requestsOfProbe = [
  ...['DescribeKey', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'],
  ...['Decrypt', 'ReEncrypt', 'Encrypt', 'GetKeyRotationStatus'],
] as const;
/** At once. */
const requestsOfQuickCheck = [
  ...['DescribeKey', 'Encrypt', 'Decrypt', 'ReEncrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'],
] as const;
const cryptographic = new Set<string>([
  'Encrypt',
  'Decrypt',
  'ReEncrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
]);

export function measuredKms(kms: SimulatedKms, around: ScaleContext): SimulatedKms {
  const request = (action: string): Promise<void> => {
    const tokens: Partial<Record<RateName, number>> = cryptographic.has(action) ? { kmsCryptography: 1 } : {};
    return around.request({
      action: `KMS ${action}`,
      latency: 'kmsRequest',
      tokens,
      refusal: () => new Transient('KMS does not answer'),
    });
  };
  return {
    ...kms,
    probe: async (...input) => {
      await Promise.all(requestsOfProbe.slice(0, 4).map(request));
      await Promise.all(requestsOfProbe.slice(4).map(request));
      return kms.probe(...input);
    },
    quickCheck: async (...input) => {
      await Promise.all(requestsOfQuickCheck.map(request));
      return kms.quickCheck(...input);
    },
    opensCanary: async (arn, canary, context) => {
      await request('Decrypt');
      return kms.opensCanary(arn, canary, context);
    },
  };
}
