/** The input of an execution's start. */
import type { Definition } from './definition.ts';

export interface Start {
  readonly machineArn: string;
  readonly name: string;
  readonly input: string;
  readonly definition: Definition;
  /** For a child of a distributed Map. */
  readonly child?: { readonly mapRunArn: string; readonly label: string };
}
