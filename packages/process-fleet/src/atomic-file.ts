/** Files and folders that are there in whole or not at all, whenever the process is killed. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from './failure.ts';

/** Writes beside, flushes, renames. Only the owner can read the file. */
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

/** Makes a rename in the folder last through a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Fills a folder under a name that starts with a dot, then gives it its own; `fill` gets the path of the moment. */
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

/** Takes the name away first, so that a removal cut short never leaves half a folder under it. */
export async function removeFolderAtomically(path: string): Promise<void> {
  const going = join(dirname(path), `.gone-${basename(path)}-${randomUUID()}`);
  const found = await nullIfAbsent(rename(path, going).then(() => true));
  if (found) await rm(going, { recursive: true, force: true });
}

export async function nullIfAbsent<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** `null` where the file is not there. The content is this driver's own, so its shape is trusted. */
export async function readJson<T>(path: string): Promise<T | null> {
  const text = await nullIfAbsent(readFile(path, 'utf8'));
  return text === null ? null : (JSON.parse(text) as T);
}
