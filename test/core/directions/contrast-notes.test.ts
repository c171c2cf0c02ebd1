import { describe, expect, it } from 'vitest';
import { notesOn } from '../../../src/core/directions/contrast-notes.js';
import type { ContrastKind } from '../../../src/core/directions/direction.js';

const notes = (kind: ContrastKind, positive: readonly string[], negative: readonly string[], questions?: string[]) =>
  notesOn({ kind, positive, negative, ...(questions && { questions }) });

describe('notesOn', () => {
  it('has nothing to say of texts that differ', () => {
    expect(notes('lists', ['a', 'b', 'c'], ['d', 'e'])).toEqual([]);
    expect(notes('pairs', ['a', 'b'], ['c', 'd'])).toEqual([]);
    expect(notes('prompts', ['a'], ['a'])).toEqual([]);
  });

  it('names lines that stand twice in a list, spaces at the ends aside', () => {
    expect(notes('lists', ['a', 'b', ' a '], ['c', 'c'])).toEqual([
      'Line 3 of the positive texts is the same as line 1, so it counts twice.',
      'Line 2 of the negative texts is the same as line 1, so it counts twice.',
    ]);
  });

  it('lets a text stand in several pairs, but names pairs that are the same', () => {
    expect(notes('pairs', ['a', 'b', 'a'], ['c', 'c', 'd'])).toEqual([]);
    expect(notes('pairs', ['a', 'b', 'a'], ['c', 'd', 'c'])).toEqual([
      'Pair 3 is the same as pair 1, so it counts twice.',
    ]);
  });

  it('names texts that are on both sides', () => {
    expect(notes('lists', ['a', 'same'], ['b', 'c', 'same'])).toEqual([
      'Line 2 of the positive texts is also line 3 of the negative ones: “same”.',
    ]);
    expect(notes('pairs', ['a', 'same'], ['b', 'same'])).toEqual([
      'Pair 2 has the same text on both sides, so it says nothing: “same”.',
    ]);
  });

  it('counts what is too much to write out, and cuts long texts between characters', () => {
    const many = Array.from({ length: 9 }, (_, i) => `text ${i}`);
    const said = notes('lists', many, many);
    expect(said).toHaveLength(4);
    expect(said[3]).toBe('And 6 more like the last one.');
    const [long] = notes('lists', ['🙂'.repeat(60), 'b'], ['🙂'.repeat(60), 'd']);
    expect(long).toContain(`“${'🙂'.repeat(39)}…”`);
  });

  it('says that one text cannot be held out, unless several questions make several of it', () => {
    expect(notes('lists', ['a'], ['b', 'c'])).toEqual([expect.stringContaining('held out')]);
    expect(notes('personas', ['a'], ['b'], ['q', 'r'])).toEqual([]);
  });
});
