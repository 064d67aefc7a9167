/** Encodes the DER types (X.690) of a certificate. Does not decode DER. */

export const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
export const set = (...parts: Uint8Array[]) => der(0x31, ...parts);
/** The value of an object identifier, already encoded, in hex. */
export const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
export const utf8 = (text: string) => der(0x0c, Buffer.from(text));
export const yes = () => der(0x01, Buffer.from([0xff]));
export const octets = (content: Uint8Array) => der(0x04, content);
export const bits = (content: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), content);
/** `[n]` around a whole value. */
export const explicit = (n: number, content: Uint8Array) => der(0xa0 | n, content);
/** `[n]` in place of a primitive value's own tag. */
export const implicit = (n: number, content: Uint8Array) => der(0x80 | n, content);

/** Not negative: a leading zero byte keeps the sign bit clear. */
export function integer(value: Uint8Array): Buffer {
  const sign = (value[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0);
  return der(0x02, sign, value);
}

/** RFC 5280, 4.1.2.5: two-digit years until 2049, four digits from 2050. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf(content: Uint8Array): Buffer {
  if (content.length < 0x80) return Buffer.from([content.length]);
  const bytes = Buffer.from(content.length.toString(16).padStart(6, '0'), 'hex');
  const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([0x80 | significant.length]), significant]);
}
