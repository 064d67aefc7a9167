/** The context of every simulated service: virtual time, seeded randomness, and a meter for each request. */
import type { Chaos } from '#simulation/chaos.ts';
import type { SimulatedKms } from '#simulation/kms.ts';
import type { VirtualTime } from '#simulation/virtual-time.ts';
import { type Latency, latencies } from './latencies.ts';
import type { RateName } from './limits.ts';
import type { Meter } from './meter.ts';

export interface AwsRequest {
  /** The name in the counts: `EC2 StopInstances`. */
  readonly action: string;
  readonly latency: Latency;
  readonly tokens: Partial<Record<RateName, number>>;
  readonly scope?: string;
  /** The error after the SDK's last attempt. */
  readonly refusal: () => Error;
}

export interface ScaleContext {
  readonly time: VirtualTime;
  readonly meter: Meter;
  readonly kms: Pick<SimulatedKms, 'isUsable'>;
  /** Reports an event that must never happen. */
  readonly breach: (what: string) => void;
  /** The duration of one call in milliseconds. */
  lasting(latency: Latency): number;
  /** Milliseconds before the next attempt of a throttled request. */
  backoff(attempt: number): number;
  /** One request by an SDK client, with its duration and its retries. */
  request(awsRequest: AwsRequest): Promise<void>;
}

/** Source: lib/aws/ec2.ts and lib/aws/ssm.ts; and "Retry behavior" in the guide to the AWS SDKs, for throttling. */
const attempts = 3;
const backoffMs = 250;

interface Parts extends Pick<ScaleContext, 'time' | 'meter' | 'kms' | 'breach'> {
  readonly chaos: Pick<Chaos, 'between' | 'chance'>;
}

export function createContext({ time, meter, kms, breach, chaos }: Parts): ScaleContext {
  const lasting = (latency: Latency) => {
    const [least, most] = latencies[latency];
    return chaos.between(least, most);
  };
  const backoff = (attempt: number) => chaos.chance() * backoffMs * 2 ** attempt;
  return {
    ...{ time, meter, kms, breach, lasting, backoff },
    request: async ({ action, latency, tokens, scope, refusal }) => {
      for (let attempt = 1; ; attempt++) {
        await time.sleep(lasting(latency));
        meter.count(action);
        if (meter.take(tokens, scope)) return;
        if (attempt === attempts) throw refusal();
        await time.sleep(backoff(attempt));
      }
    },
  };
}
