/** The stores' table in unit tests: its name in the environment, and a client that answers without AWS. */
import { afterAll, beforeAll } from '@jest/globals';
import { type Documents, useDocuments } from '#lib/store/table.ts';

/** A command of the document client, reduced to what a test reads of its input. */
export interface TableCommand<Input> {
  readonly input: Input;
}

/** Sets `TABLE_NAME` for the tests of a file or of a `describe`, and restores it afterwards. */
export function withTableName(): void {
  const before = process.env.TABLE_NAME;

  beforeAll(() => {
    process.env.TABLE_NAME = 'table';
  });

  afterAll(() => {
    if (before === undefined) delete process.env.TABLE_NAME;
    else process.env.TABLE_NAME = before;
  });
}

/** The stores send every command to `respond`, until another table is set. */
export const useTable = <Input>(respond: (command: TableCommand<Input>) => Promise<object>): void =>
  useDocuments({ send: respond } as unknown as Documents);
