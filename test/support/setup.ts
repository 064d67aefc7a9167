/** Runs before each test file: time enough on a busy machine, no log lines, no AWS but the embedded one. */
import { jest } from '@jest/globals';
import { useLogLines } from '#lib/log.ts';

jest.setTimeout(60_000);
useLogLines(() => undefined);
process.env.AWS_EC2_METADATA_DISABLED = 'true';
