/** Runs before each test file: a time limit for busy machines, no log lines, and no AWS except the local one. */
import { jest } from '@jest/globals';
import { useLogLines } from '#lib/log.ts';

jest.setTimeout(60_000);
useLogLines(() => undefined);
process.env.AWS_EC2_METADATA_DISABLED = 'true';
