/** Text that others wrote, made safe to read: nothing in it changes how the text around it is shown. */

/**
 * Controls, bidirectional controls (Trojan Source, CVE-2021-42574), line separators and lone surrogates, by category.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Longest text that is shown in one place. */
const longest = 300;

export function readable(text: string, most = longest): string {
  const visible = text.replace(unsafe, '\ufffd');
  return visible.length > most ? `${[...visible.slice(0, most)].slice(0, -1).join('')}…` : visible;
}

interface ArnParts {
  readonly region: string;
  readonly account: string;
  readonly keyId: string;
}

export const arnParts = (arn: string): ArnParts => {
  const [, , , region = '', account = '', resource = ''] = arn.split(':');
  return { region, account, keyId: resource.replace(/^key\//, '') };
};

/** `…/46d8eb9a`, or `…/mrk-46d8` for a multi-Region key. */
export const shortArn = (arn: string): string => `…/${arnParts(arn).keyId.slice(0, 8)}`;

const browsers = [
  ['Edge', /Edg\/(\d+)/],
  ['Firefox', /Firefox\/(\d+)/],
  ['Chrome', /Chrom(?:e|ium)\/(\d+)/],
  ['Safari', /Version\/(\d+).*Safari/],
] as const;
const systems = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const;

/** `Chrome 156 on Linux`; a client with another name by that name. */
export function clientName(userAgent: string | null): string {
  const text = readable(userAgent ?? 'an unnamed client', 60);
  const browser = browsers.find(([, pattern]) => pattern.test(userAgent ?? ''));
  if (!browser) return text;
  const system = systems.find(([, pattern]) => pattern.test(userAgent ?? ''));
  const version = browser[1].exec(userAgent ?? '')?.[1] ?? '';
  return `${browser[0]} ${version}${system ? ` on ${system[0]}` : ''}`;
}

/** `1 database`, `12 databases`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
