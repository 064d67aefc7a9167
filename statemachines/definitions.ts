/**
 * Reads the machines of this folder for documents, simulations and tests. A deployment reads them by `serverless.yml`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';

/** The members of the Amazon States Language that documents and tests read. */
export interface Machine {
  readonly Comment?: string;
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface State {
  readonly Type: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly MaxAttempts: number }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Items?: string;
  readonly ItemProcessor?: Machine;
  readonly Cause?: string;
}

const extension = '.asl.yml';

/** Names of all machines, such as `key-shutdown`, in alphabetical order. */
export const machineNames: readonly string[] = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(extension))
  .map((file) => basename(file, extension))
  .sort();

export const machineFile = (name: string): string => `${name}${extension}`;

/** The text of a machine's file. */
export const readSource = (name: string): string => readFileSync(join(import.meta.dirname, machineFile(name)), 'utf8');

/**
 * A machine's definition, with each `${StopServicesArn}` replaced by `functionArn('StopServices')` where it is given.
 */
export function readMachine(name: string, functionArn?: (step: string) => string): Machine {
  const source = readSource(name);
  return parse(functionArn ? source.replaceAll(/\$\{(\w+)Arn\}/g, (_, step: string) => functionArn(step)) : source);
}

/** The states of a machine by name, followed at once by those inside its maps. */
export const listStates = ({ States }: Machine): [string, State][] =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor ? listStates(state.ItemProcessor) : []),
  ]);
