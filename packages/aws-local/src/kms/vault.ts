/**
 * The backing keys: one file of mode 0600 per KMS key, or per related key if each imports its material. They are not in
 * the journal, so that destroying a key removes its material for good.
 * Does not: encrypt the files.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Vault {
  /**
   * Adds a backing key, by default a new AES-256 key, and returns its id (64 hexadecimal digits, as `KeyMaterialId`),
   * by default a random one.
   */
  add(keyId: string, material?: Buffer, materialId?: string): string;
  /** In insertion order. */
  ids(keyId: string): string[];
  /** Null if there is none. */
  find(keyId: string, materialId: string): Buffer | null;
  destroy(keyId: string): void;
  /** Removes the files of other keys, which a kill between two writes may leave. */
  keepOnly(keyIds: ReadonlySet<string>): void;
}

/** Backing keys in base64, by id. */
type Materials = Readonly<Record<string, string>>;

export function openVault(dir: string): Vault {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const loaded = new Map<string, Materials>();
  const pathOf = (keyId: string) => join(dir, `${keyId}.json`);

  function load(keyId: string): Materials {
    const known = loaded.get(keyId);
    if (known) return known;
    const materials = existsSync(pathOf(keyId)) ? (JSON.parse(readFileSync(pathOf(keyId), 'utf8')) as Materials) : {};
    loaded.set(keyId, materials);
    return materials;
  }

  return {
    add(keyId, material = randomBytes(32), materialId = randomBytes(32).toString('hex')) {
      const materials = { ...load(keyId), [materialId]: material.toString('base64') };
      const draft = `${pathOf(keyId)}.draft`;
      writeFileSync(draft, JSON.stringify(materials), { mode: 0o600 });
      renameSync(draft, pathOf(keyId));
      loaded.set(keyId, materials);
      return materialId;
    },
    ids: (keyId) => Object.keys(load(keyId)),
    find(keyId, materialId) {
      const materials = load(keyId);
      return Object.hasOwn(materials, materialId) ? Buffer.from(materials[materialId] ?? '', 'base64') : null;
    },
    destroy(keyId) {
      rmSync(pathOf(keyId), { force: true });
      loaded.delete(keyId);
    },
    keepOnly(keyIds) {
      const strays = readdirSync(dir).filter(
        (file) => !(file.endsWith('.json') && keyIds.has(file.slice(0, -'.json'.length))),
      );
      for (const stray of strays) rmSync(join(dir, stray), { force: true });
    },
  };
}
