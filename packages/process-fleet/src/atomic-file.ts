/** Writes files and folders atomically, even if the process is killed at any time. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from './failure.ts';

/** Writes a temporary file, flushes and renames it. Only the owner can read the file. */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const beside = `${path}.${randomUUID()}.new`;
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a rename in the folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Fills a folder under a temporary name that starts with a dot, then renames it; `fill` gets the temporary path. */
export async function createFolderAtomically(path: string, fill: (building: string) => Promise<void>): Promise<void> {
  const building = join(dirname(path), `.new-${basename(path)}`);
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { mode: 0o700 });
  try {
    await fill(building);
    await rename(building, path);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Renames the folder first, so that an interrupted removal leaves no partial folder under its name. */
export async function removeFolderAtomically(path: string): Promise<void> {
  const going = join(dirname(path), `.gone-${basename(path)}-${randomUUID()}`);
  const found = await nullIfAbsent(rename(path, going).then(() => true));
  if (found) await rm(going, { recursive: true, force: true });
}

export async function nullIfAbsent<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** `null` if the file does not exist. Only this driver writes the file, so its content is not validated. */
export async function readJson<T>(path: string): Promise<T | null> {
  const text = await nullIfAbsent(readFile(path, 'utf8'));
  return text === null ? null : (JSON.parse(text) as T);
}
