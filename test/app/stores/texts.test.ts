import { describe, expect, it } from 'vitest';
import { afterEvent, alignmentAt, emptyText, type TextState } from '../../../src/app/stores/texts.js';
import type { GenerateEvent, Readout } from '../../../src/protocol/api.js';

const readout = (projection: number): Readout => ({
  norms: Float32Array.of(2, 4),
  projections: Float32Array.of(projection, -projection),
});
const prompt: GenerateEvent = {
  type: 'prompt',
  row: 'steered',
  text: { ids: [1, 5], pieces: ['<s>', 'Once'], special: [true, false] },
  readouts: [readout(0), readout(1)],
};
const token = (position: number, id: number, piece: string): GenerateEvent => ({
  type: 'token',
  row: 'steered',
  position,
  id,
  piece,
  special: false,
  logProbability: -1,
});
const end: GenerateEvent = { type: 'end', row: 'steered', textId: 't', reason: 'length' };
const expected = { key: 'a', probes: ['p'] };

function play(text: TextState, events: readonly GenerateEvent[], about = expected): TextState {
  return events.reduce((state, event) => afterEvent(state, event, about), text);
}

const pieces = (text: TextState): string => text.tokens.map(({ piece }) => piece).join('|');

describe('a text that is written', () => {
  const whole = play(emptyText, [prompt, token(2, 7, ' upon'), token(3, 8, ' a'), token(4, 9, ' time'), end]);

  it('grows by its events', () => {
    expect(pieces(whole)).toBe('<s>|Once| upon| a| time');
    expect(whole).toMatchObject({ promptLength: 2, fresh: 5, textId: 't', reason: 'length', key: 'a' });
  });

  it('is rewritten in place: what is left of the old text stays until it is written over, then goes', () => {
    const again = play(whole, [prompt, token(2, 7, ' upon'), token(3, 6, ' two')], { ...expected, key: 'b' });
    expect(pieces(again)).toBe('<s>|Once| upon| two| time');
    expect(again).toMatchObject({ fresh: 4, textId: null, key: 'b' });
    expect(pieces(afterEvent(again, end, expected))).toBe('<s>|Once| upon| two');
  });

  it('starts from nothing when the prompt is another one', () => {
    const other = { ...prompt, text: { ids: [1, 6], pieces: ['<s>', 'Then'], special: [true, false] } };
    expect(pieces(play(whole, [other], { ...expected, key: 'b' }))).toBe('<s>|Then');
  });

  it('knows what each direction’s condition found on this prompt', () => {
    const [fails, holds] = [
      { figure: 0.1, holds: false },
      { figure: 0.4, holds: true },
    ];
    const about = { ...expected, conditions: ['happy', 'formal', 'formal'] };
    const read = afterEvent(whole, { ...prompt, conditions: [fails, holds, holds] }, about);
    expect(read.conditions).toEqual({ happy: fails, formal: holds });
    expect(afterEvent(read, prompt, expected).conditions).toEqual({});
  });

  it('keeps what it has when the very same text was interrupted', () => {
    const cut = play(emptyText, [prompt, token(2, 7, ' upon'), token(3, 8, ' a')]);
    expect(afterEvent(cut, prompt, expected).fresh).toBe(4);
  });

  it('drops readouts along probes that are no longer the ones it is read along', () => {
    const read = play(whole, [{ type: 'readout', row: 'steered', position: 2, readout: readout(2) }]);
    const again = afterEvent(read, prompt, { key: 'b', probes: ['q'] });
    expect(again.tokens[2]?.readout).toBeNull();
    expect(again.tokens[1]?.readout).not.toBeNull();
  });

  it('aligns by cosine: projection over norm, at the asked layer', () => {
    expect(alignmentAt(whole.tokens[1], 0, 0)).toBeCloseTo(0.5);
    expect(alignmentAt(whole.tokens[1], 0, 1)).toBeCloseTo(-0.25);
    expect(alignmentAt(whole.tokens[1], -1, 0)).toBeNaN();
    expect(alignmentAt(whole.tokens[2], 0, 0)).toBeNaN();
  });
});
