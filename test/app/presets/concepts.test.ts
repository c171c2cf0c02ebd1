import { expect, it } from 'vitest';
import { choosingPrompts, concepts, reportingPrompts } from '../../../src/app/presets/concepts.js';

it('there are ten concepts of different names, with twelve pairs each', () => {
  expect(new Set(concepts.map(({ name }) => name)).size).toBe(10);
  for (const { name, texts } of concepts) {
    expect([texts.kind, texts.positive.length, texts.negative.length], name).toEqual(['pairs', 12, 12]);
  }
});

it('no text stands twice in a concept, and texts end in the word that is read', () => {
  for (const { name, texts } of concepts) {
    const all = [...texts.positive, ...texts.negative];
    expect(new Set(all).size, name).toBe(24);
    for (const text of all) expect(text, name).toMatch(/^\p{Lu}.*\p{L}$/u);
  }
});

it('what is reported on was not chosen on, and neither is among the contrast texts', () => {
  const prompts = [...choosingPrompts, ...reportingPrompts];
  expect(new Set(prompts).size).toBe(40);
  const texts = new Set(concepts.flatMap(({ texts: { positive, negative } }) => [...positive, ...negative]));
  expect(prompts.filter((prompt) => texts.has(prompt.replace(/\.$/, '')))).toEqual([]);
});
