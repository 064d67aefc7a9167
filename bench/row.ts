/** What a row of the table is: how it is measured, and what that gives. */

export interface Measurement {
  readonly name: string;
  readonly value: number;
  /** As printed behind the value, such as `ms`, `KB`, `calls`. */
  readonly unit: string;
  /** The bare way to the same end, measured in the same run and unit; null where there is none. */
  readonly baseline: number | null;
  readonly ratio: number | null;
  /** For a person: `≤ 1.15×`. */
  readonly target: string;
  readonly met: boolean;
  /** Why it is not met, or what to know about the number. */
  readonly note?: string;
}

export interface Scope {
  /** Everything, where a row measures a sample otherwise. */
  readonly all: boolean;
}

export interface Row {
  /** Names the row on the command line. */
  readonly key: string;
  readonly title: string;
  /** `say` tells how far it is, one short line at a time. What it starts, it ends. */
  readonly measure: (say: (line: string) => void, scope: Scope) => Promise<readonly Measurement[]>;
}

/** A measurement that is judged by its ratio to the baseline. */
export function against(
  baseline: number,
  { name, value, unit, atMost, note }: Pick<Measurement, 'name' | 'value' | 'unit' | 'note'> & { atMost: number },
): Measurement {
  const ratio = value / baseline;
  return {
    name,
    value,
    unit,
    baseline,
    ratio,
    target: `≤ ${atMost}×`,
    met: ratio <= atMost,
    ...(note ? { note } : {}),
  };
}
