/** A bench with a multi-Region key, and calls in the Regions that the key has or may get. */
import { type Answer, aBench, type Bench, owner } from './fixture.ts';

export const [home, abroad, farther] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;

export interface MultiRegionBench {
  readonly bench: Bench;
  /** ARN of the primary, at home. */
  readonly KeyId: string;
  /** ARN of the replica abroad, once there is one. */
  readonly replica: string;
  /** Calls as the owner. */
  at(region: string): ReturnType<Bench['as']>;
  arnIn(region: string): string;
  replicate(region: string, input?: Answer): Promise<Answer>;
  metadataIn(region: string): Promise<Answer>;
  stateIn(region: string): Promise<unknown>;
  /** Region and name of each recorded call. */
  eventNames(): string[];
}

export async function aMultiRegionBench(key: Answer = {}): Promise<MultiRegionBench> {
  const bench = await aBench();
  const KeyId = await bench.key({ MultiRegion: true, ...key });
  const at = (region: string) => bench.as(owner, region);
  const arnIn = (region: string) => KeyId.replace(home, region);
  const metadataIn = async (region: string) =>
    (await at(region)('DescribeKey', { KeyId: arnIn(region) })).KeyMetadata as Answer;
  return {
    ...{ bench, KeyId, replica: arnIn(abroad), at, arnIn, metadataIn },
    replicate: (ReplicaRegion, input = {}) => at(home)('ReplicateKey', { KeyId, ReplicaRegion, ...input }),
    stateIn: async (region) => (await metadataIn(region)).KeyState,
    eventNames: () => bench.events.map(({ region, detail }) => `${region} ${detail.eventName}`),
  };
}
