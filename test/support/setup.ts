/** Runs before each test file: time enough on a busy machine, no log lines, no AWS but the embedded one. */
import { jest } from '@jest/globals';

jest.setTimeout(60_000);
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
process.env.AWS_EC2_METADATA_DISABLED = 'true';
