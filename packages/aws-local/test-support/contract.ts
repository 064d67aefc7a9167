/**
 * Contracts of AWS services: tables of cases, each with the response that AWS documents, for the emulators of this
 * repository and for independent ones. A case records the differences of an independent emulator, and fails when the
 * emulator is corrected.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EmulatorName, Target, TargetName } from './targets.ts';

/**
 * A difference of an independent emulator from AWS, which is asserted too. The emulators of this repository have none.
 */
export interface Difference {
  readonly expected: unknown;
  /** What AWS documents, and where. */
  readonly aws: string;
}

export interface Case<World> {
  /** AWS's behaviour as a sentence. */
  readonly name: string;
  /** Sends the requests, and returns the value to compare. */
  readonly run: (world: World) => Promise<unknown>;
  /** May hold matchers. */
  readonly expected: unknown;
  readonly except?: Partial<Readonly<Record<EmulatorName, Difference>>>;
}

export interface Contract<World> {
  readonly service: string;
  readonly cases: readonly Case<World>[];
}

/** Declares the tests: each case at each target. */
export function holds<World>({ service, cases }: Contract<World>, targets: readonly Target<World>[]): void {
  describe.each(targets)(`${service} of $name`, ({ name, open }) => {
    let opened: Awaited<ReturnType<Target<World>['open']>>;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    const titled = cases.map((each) => ({ ...each, title: titleOf(each, name) }));
    it.each(titled)('$title', async ({ run, expected, except }) => {
      const differs = differenceAt(name, except);
      expect(await run(opened.world)).toEqual(differs ? differs.expected : expected);
    });
  });
}

const differenceAt = (target: TargetName, except: Case<never>['except']): Difference | undefined =>
  target === 'aws-local' ? undefined : except?.[target];

function titleOf({ name: title, except }: Pick<Case<never>, 'name' | 'except'>, target: TargetName): string {
  const differs = differenceAt(target, except);
  return differs ? `${title}; it does not, although AWS documents that ${differs.aws}` : title;
}

/** The name of an SDK's error; `accepted` for any response. */
export async function refusal(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** The response, or the name of the error. */
export async function responseOrErrorName<Result>(response: Promise<Result>): Promise<Result | string> {
  const said = await refusal(response);
  return said === 'accepted' ? response : said;
}

/** Rows of a table in Markdown: the emulator, the case, and AWS's documentation. */
export const differencesOf = (contracts: readonly Contract<never>[]): string[] =>
  contracts.flatMap(({ cases }) =>
    cases.flatMap(({ name, except = {} }) =>
      Object.entries(except).map(([emulator, { aws }]) => `| ${emulator} | ${name.replaceAll('|', '\\|')} | ${aws} |`),
    ),
  );

/** The rows of that table in a document, without the spaces that align it. */
export const listedDifferences = (markdown: string): string[] =>
  markdown
    .split('\n')
    .filter((line) => /^\| (ministack|moto) +\| .* \| .* \|$/.test(line))
    .map((line) => line.replaceAll(/ +\|/g, ' |'));
