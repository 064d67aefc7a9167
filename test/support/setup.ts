/** Runs before each test file: no log lines, no AWS but the embedded one. */
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
process.env.AWS_EC2_METADATA_DISABLED = 'true';
