/**
 * The commands that restore access to a key name its Region. A shell runs the commands of a re-import: a fake `aws`
 * implements KMS's two calls and unwraps the imported material.
 */
import { execFile } from 'node:child_process';
import { constants, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { causes } from '#lib/model/key.ts';
import { remedyFor } from '#lib/model/remedy.ts';
import { keyArn } from '#test/support/build.ts';

const present = { cause: 'material_expired', deletionDate: null, isGone: false } as const;

it('names the region of the key in every command of AWS', () => {
  const steps = causes.flatMap((cause) => remedyFor({ arn: keyArn, present: { ...present, cause }, statements: [] }));
  const commands = steps.flatMap((step) => step.commands).filter((command) => command.startsWith('aws '));

  expect(commands.length).toBeGreaterThan(causes.length);
  for (const command of commands) expect(command).toContain(' --region us-east-1');
});

it('imports the same material, wrapped under the key that belongs to its token', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-import-'));
  try {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const [token, material] = [randomBytes(64), randomBytes(32)];
    writeFileSync(join(folder, 'key-material.bin'), material);
    writeFileSync(join(folder, 'answer.txt'), `${der.toString('base64')}\t${token.toString('base64')}\n`);
    const aws = `aws() { case "$2" in get-parameters-for-import) cat answer.txt ;;
      import-key-material) printf '%s\\n' "$@" > imported.txt ;; esac }`;
    const commands = remedyFor({ arn: keyArn, present, statements: [] }).flatMap((step) => step.commands);
    await promisify(execFile)('bash', ['-euc', [aws, ...commands].join('\n')], { cwd: folder });

    const padding = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    expect(privateDecrypt(padding, readFileSync(join(folder, 'wrapped-material.bin')))).toEqual(material);
    expect(readFileSync(join(folder, 'import-token.bin'))).toEqual(token);
    const words = readFileSync(join(folder, 'imported.txt'), 'utf8').split('\n');
    expect(words).toEqual(expect.arrayContaining([keyArn, 'fileb://wrapped-material.bin', 'fileb://import-token.bin']));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
