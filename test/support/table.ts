/** The stores' table in unit tests. */
import type { Documents, Table } from '#lib/store/table.ts';

/** A command of the document client, reduced to what a test reads of its input. */
export interface TableCommand<Input> {
  readonly input: Input;
}

/** A table whose client responds without AWS. */
export const tableOf = <Input>(send: (command: TableCommand<Input>) => Promise<object>): Table => ({
  name: 'table',
  documents: { send } as unknown as Documents,
});
