/** XML in responses. */

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const escaped = (text: unknown) => String(text).replace(/[&<>"']/g, (character) => escapes[character] ?? character);

/** An element that holds a value as text. */
export const element = (name: string, value: unknown): string => `<${name}>${escaped(value)}</${name}>`;
