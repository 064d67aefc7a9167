/** The names of all events. */
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { events } from '#lib/model/events.ts';

/** A name of nouns of the domain and a verb in the past tense or the progressive form. */
const obvious = /^([A-Z][a-z]+)+(ed|en|ing)$|^KeyBecame(Usable|Unusable)$/;

describe('the list of all events', () => {
  it.each(Object.entries(events))('%s is named in the past tense, or says what it means', (name, schema) => {
    const described = (z.globalRegistry.get(schema())?.description ?? '').length > 0;
    expect(described || obvious.test(name) ? name : `${name} needs a description`).toBe(name);
    expect(name).toMatch(/^([A-Z][a-z]+)+$/);
  });

  it.each(Object.entries(events))('%s carries neither passwords nor tokens', (_, schema) => {
    const secret = Object.keys(schema().shape).filter((member) => /password|secret|token|url|credential/i.test(member));
    expect(secret).toEqual([]);
  });
});
