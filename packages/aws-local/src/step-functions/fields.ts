/** Reads a part of a definition field by field, and refuses unread fields, so that none is ignored. */
import { compileTemplate, type Kind, type Template } from './expressions.ts';
import { invalidDefinition } from './failure.ts';
import { isObject, type Json, toJson } from './json.ts';
import type { StatesMember } from './jsonata-names.ts';

export interface Fields {
  /** Where in the definition, as `/States/Stop services`. */
  readonly where: string;
  /** The raw value, or `undefined`. */
  take(name: string): unknown;
  /** Throws `InvalidDefinition` unless it is a literal of that kind. */
  literal<T extends Json>(name: string, kind: Kind<T>): T | undefined;
  required<T extends Json>(name: string, kind: Kind<T>): T;
  /** A literal or an expression; `field` is its name in error texts, by default `name`. */
  template(name: string, more?: { field?: string; seen?: readonly StatesMember[] }): Template | undefined;
  /** A template. Throws `InvalidDefinition` for a literal of another kind. */
  checked<T extends Json>(name: string, kind: Kind<T>, field?: string): Template | undefined;
  list(name: string): readonly unknown[];
  /** Throws `InvalidDefinition` if a field was not read. */
  end(): void;
}

export function readFields(value: unknown, where: string): Fields {
  if (!isObject(value)) throw invalidDefinition('An object is expected', where);
  const unreadNames = new Set(Object.keys(value));
  unreadNames.delete('Comment');
  const wrong = (name: string, kind: string) => invalidDefinition(`The field '${name}' must be of type ${kind}`, where);
  const take = (name: string) => {
    unreadNames.delete(name);
    return value[name];
  };
  const literal = <T extends Json>(name: string, kind: Kind<T>): T | undefined => {
    const raw = toJson(take(name));
    if (raw === undefined || kind.is(raw)) return raw;
    throw wrong(name, kind.name);
  };
  const template: Fields['template'] = (name, { field = name, seen = [] } = {}) => {
    const raw = take(name);
    return raw === undefined ? undefined : compileTemplate(raw, { field, where, seen });
  };
  return {
    where,
    take,
    literal,
    template,
    required: (name, kind) => {
      const found = literal(name, kind);
      if (found === undefined) throw invalidDefinition(`The field '${name}' is required`, where);
      return found;
    },
    checked: (name, kind, field = name) => {
      const found = template(name, { field });
      if (found && found.expression === undefined) literal(name, kind);
      return found;
    },
    list: (name) => {
      const raw = take(name);
      if (raw !== undefined && !Array.isArray(raw)) throw wrong(name, 'array');
      return raw ?? [];
    },
    end: () => {
      const [unread] = unreadNames;
      if (unread !== undefined) throw invalidDefinition(`The field '${unread}' is not supported`, `${where}/${unread}`);
    },
  };
}
