/** The memory of a deployed function, by its key in serverless.yml or by a step of a machine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Service {
  readonly provider: { readonly memorySize: number };
  readonly functions: Readonly<Record<string, { readonly memorySize?: number }>>;
}

let service: Service | undefined;

/** MB. */
export function memoryOfFunction(name: string): number {
  service ??= parse(readFileSync(join(import.meta.dirname, '../../serverless.yml'), 'utf8'), {
    logLevel: 'silent',
  }) as Service;
  return service.functions[name]?.memorySize ?? service.provider.memorySize;
}
