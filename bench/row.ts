/** A row of the table: how it is measured, and the measurements. */

export interface Measurement {
  readonly name: string;
  readonly value: number;
  /** The unit that is printed after the value, such as `ms`, `KB`, `calls`. */
  readonly unit: string;
  /** The same result without Latchkey, measured in the same run and unit; null if there is none. */
  readonly baseline: number | null;
  readonly ratio: number | null;
  /** The target as printed: `≤ 1.15×`. */
  readonly target: string;
  readonly met: boolean;
  /** Why the target is missed, or how to read the value. */
  readonly note?: string;
}

export interface Scope {
  /** Measures everything, if a row measures a sample by default. */
  readonly all: boolean;
}

export interface Row {
  /** Names the row on the command line. */
  readonly key: string;
  readonly title: string;
  /** `say` reports the progress in short lines. The row ends every process that it starts. */
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
