/**
 * The complexity of a `wildcard` pattern in EventBridge's state machine: the number of prefixes of the pattern that a
 * text can match at the same time. Each star stays active once it is reached, so sequences that repeat after stars add
 * up.
 * Source: `MachineComplexityEvaluator` of aws/event-ruler. AWS does not publish its bound; this one refuses what AWS is
 * known to refuse.
 */
const maxActivePrefixes = 10;
/** The number of sets of prefixes after which a pattern counts as too complex. */
const maxSets = 10_000;

/** `parts` are the literal texts between the stars. */
export function isTooComplex(parts: readonly string[]): boolean {
  const text = parts.join('');
  const stars = starsOf(parts);
  const alphabet = [...new Set(text)];
  const seen = new Set<string>();
  const queue: (readonly number[])[] = [[0]];
  for (const active of queue) {
    const steps = alphabet.map((character) => after(active, { text, stars, character }));
    if (steps.some(({ size }) => size > maxActivePrefixes) || queue.length > maxSets) return true;
    const fresh = steps
      .map(({ reached }) => reached)
      .filter((reached) => reached.length > 0 && !seen.has(reached.join()));
    queue.push(...new Map(fresh.map((reached) => [reached.join(), reached])).values());
    for (const reached of fresh) seen.add(reached.join());
  }
  return false;
}

interface Step {
  readonly text: string;
  readonly stars: ReadonlySet<number>;
  readonly character: string;
}

/** Prefixes by their lengths. A prefix that ends before a star counts twice: with the star, and without it. */
function after(active: readonly number[], { text, stars, character }: Step): { reached: number[]; size: number } {
  const arrived = active.flatMap((at) => (text[at] === character ? [at + 1] : []));
  const waiting = new Set([...active, ...arrived].filter((at) => stars.has(at)));
  return {
    reached: [...new Set([...arrived, ...waiting])].sort((one, other) => one - other),
    size: arrived.length + waiting.size,
  };
}

/** The number of characters before each star. */
function starsOf(parts: readonly string[]): ReadonlySet<number> {
  const stars = new Set<number>();
  let length = 0;
  for (const part of parts.slice(0, -1)) {
    length += part.length;
    stars.add(length);
  }
  return stars;
}
