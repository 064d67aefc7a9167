/** Plans: size and tier. A customer key needs `private` or `shield`. */
export type Tier = 'common' | 'private' | 'shield';

export interface Plan {
  readonly name: string;
  readonly tier: Tier;
  /** The service's `maxmemory`, in MiB. */
  readonly memoryMb: number;
  readonly maxClients: number;
  readonly evictionPolicy: 'noeviction';
}

/** Memory in MiB and connections by size; the tiers share the sizes. */
const sizes: Readonly<Record<string, readonly [memoryMb: number, maxClients: number]>> = {
  '0': [50, 40],
  '1': [100, 80],
  '2': [250, 200],
  '3': [500, 400],
  '5': [1024, 1000],
  '7': [7168, 10000],
  '9': [10240, 25000],
  '10': [25600, 40000],
  '12': [51200, 65000],
  '14': [102400, 65000],
};

const family = (prefix: string, tier: Tier, names: readonly string[]): Plan[] =>
  names.flatMap((size) => {
    const [memoryMb, maxClients] = sizes[size] ?? [];
    return memoryMb && maxClients
      ? [{ name: `${prefix}-${size}`, tier, memoryMb, maxClients, evictionPolicy: 'noeviction' as const }]
      : [];
  });

const large = ['7', '9', '10', '12', '14'];

export const plans: readonly Plan[] = [
  { name: 'mini', tier: 'common', memoryMb: 25, maxClients: 20, evictionPolicy: 'noeviction' },
  ...family('premium', 'common', Object.keys(sizes)),
  ...family('private', 'private', large),
  ...family('shield', 'shield', large),
];

export const planNamed = (name: string): Plan | undefined => plans.find((plan) => plan.name === name);
