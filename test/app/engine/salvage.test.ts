import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { salvageSnapshot } from '../../../src/app/engine/salvage.js';
import {
  freshSnapshot,
  parseSnapshot,
  snapshotSchema,
  takeSnapshot,
  type Snapshot,
} from '../../../src/app/engine/snapshot.js';
import { addDirection, useDirections } from '../../../src/app/stores/directions.js';
import { changeDraft } from '../../../src/app/stores/editor.js';
import { changeFind } from '../../../src/app/stores/find.js';
import { usePrompt } from '../../../src/app/stores/prompt.js';
import { useScan } from '../../../src/app/stores/scan.js';
import { changeSpec } from '../../../src/app/stores/sweep.js';
import { fitted } from '../../core/formats/valid-document.js';

const texts = { kind: 'lists', positive: ['yes'], negative: ['no'] } as const;

beforeEach(() => {
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: true });
  for (const name of ['happy', 'formal', 'calm']) {
    addDirection({
      ...freeEntry({ name, texts }),
      strength: 1.5,
      fits: [{ version: `of ${name}`, direction: fitted(1) }],
    });
  }
  usePrompt.setState({ prompt: 'Once', sampling: { ...usePrompt.getInitialState().sampling, seed: 99 } });
});

/** The saved board after something of it was damaged, as it comes from the storage. */
// Loosely typed, to be spoiled.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function damagedBy(damage: (board: any) => void): { readonly whole: Snapshot; readonly damaged: unknown } {
  const whole = structuredClone(takeSnapshot());
  const damaged = structuredClone(whole);
  damage(damaged);
  expect(parseSnapshot(damaged)).toBeNull();
  return { whole, damaged };
}

function salvaged(damaged: unknown) {
  const salvage = salvageSnapshot(damaged);
  if (!salvage) throw new Error('nothing was salvaged');
  expect(parseSnapshot(salvage.snapshot)).toEqual(salvage.snapshot);
  return salvage;
}

describe('of a damaged board', () => {
  it('one direction’s number is put aside and all else is as it was', () => {
    const { whole, damaged } = damagedBy((board) => (board.directions.entries[1].strength = NaN));
    const salvage = salvaged(damaged);
    whole.directions.entries[1]!.strength = 0.5;
    expect(salvage.snapshot).toEqual(whole);
    expect([...salvage.damaged]).toEqual([['directions.entries[1].strength', NaN]]);
    expect(salvage.words).toBe('“formal” (strength)');
  });

  it('one fit is put aside, and the direction keeps its texts', () => {
    const broken = Float32Array.of(Infinity);
    const { whole, damaged } = damagedBy((board) => {
      board.directions.entries[0].fits.unshift(structuredClone(board.directions.entries[0].fits[0]));
      board.directions.entries[0].fits[0].direction.layers[2].vector = broken;
    });
    const salvage = salvaged(damaged);
    expect(salvage.snapshot).toEqual(whole);
    expect([...salvage.damaged.keys()]).toEqual(['directions.entries[0].fits[0]']);
    expect(salvage.words).toBe('“happy” (fits)');
  });

  it('a direction without a name to go by goes, and the others stay', () => {
    const { whole, damaged } = damagedBy((board) => (board.directions.entries[1] = 'gone'));
    const salvage = salvaged(damaged);
    whole.directions.entries.splice(1, 1);
    expect(salvage.snapshot).toEqual(whole);
    expect([...salvage.damaged]).toEqual([['directions.entries[1]', 'gone']]);
    expect(salvage.words).toBe('direction 2');
  });

  it('the list itself leaves the other sections', () => {
    const { whole, damaged } = damagedBy((board) => (board.directions.entries = 7));
    const { snapshot, words } = salvaged(damaged);
    expect(snapshot).toEqual({ ...whole, directions: { ...whole.directions, entries: [] } });
    expect(words).toBe('the list of directions (entries)');
  });

  it('a part of a scope that may be absent is', () => {
    const { whole, damaged } = damagedBy((board) => {
      board.directions.entries[2].scope = { prompt: true, generated: true, curve: [{ at: -1, factor: 1 }] };
    });
    const salvage = salvaged(damaged);
    expect(salvage.snapshot).toEqual(whole);
    expect([...salvage.damaged.keys()]).toEqual(['directions.entries[2].scope.curve']);
  });

  it.each<[string, (board: Record<string, unknown>) => void]>([
    ['prompt', (board) => (board['prompt'] = null)],
    ['editor', (board) => delete board['editor']],
    ['view', (board) => (board['view'] = [])],
    ['session', (board) => (board['session'] = 'wasm')],
    ['directions', (board) => (board['directions'] = undefined)],
  ])('the section %s is as on a first visit, and no other', (name, damage) => {
    const { whole, damaged } = damagedBy(damage);
    const key = name as 'prompt';
    expect(salvaged(damaged).snapshot).toEqual({ ...whole, [key]: freshSnapshot()[key] });
  });

  it('a field of a section is put aside by itself, however deep', () => {
    const { whole, damaged } = damagedBy((board) => {
      board.prompt.sampling.topP = 7;
      board.editor.draft.template.sentence = 3;
      board.session.hub = { id: 4 };
    });
    const salvage = salvaged(damaged);
    expect(salvage.snapshot).toEqual({
      ...whole,
      prompt: { ...whole.prompt, sampling: { ...whole.prompt.sampling, topP: freshSnapshot().prompt.sampling.topP } },
    });
    expect([...salvage.damaged]).toEqual([
      ['prompt.sampling.topP', 7],
      ['editor.draft.template.sentence', 3],
      ['session.hub', { id: 4 }],
    ]);
  });

  const shapes = Object.entries(snapshotSchema.shape).flatMap(([name, shape]) => {
    const section = shape instanceof z.ZodDefault ? shape.unwrap() : shape;
    return section instanceof z.ZodObject ? Object.keys(section.shape).map((field) => [name, field] as const) : [];
  });

  it.each(shapes)('%s.%s is put aside by itself, whichever section it is of', (name, field) => {
    // Typed everywhere, which damage elsewhere must not reset.
    changeFind({ positive: 'typed', name: 'typed' });
    changeSpec({ prompts: 'typed', strengths: '1, 2, 3' });
    useScan.setState({ text: 'typed' });
    changeDraft({ positive: 'typed' });
    const wrong = [null];
    const { whole, damaged } = damagedBy((board) => (board[name][field] = wrong));
    const { snapshot, damaged: left } = salvaged(damaged);
    // A list keeps what is sound in it.
    const fallback = (freshSnapshot() as unknown as Record<string, Record<string, unknown>>)[name]![field];
    expect(snapshot).toEqual({ ...whole, [name]: { ...whole[name as 'prompt'], [field]: fallback } });
    expect([...left]).toEqual([field === 'entries' ? ['directions.entries[0]', null] : [`${name}.${field}`, wrong]]);
  });

  it('has a field of each section', () => {
    expect(new Set(shapes.map(([name]) => name))).toEqual(
      new Set(Object.keys(freshSnapshot()).filter((name) => name !== 'version')),
    );
  });

  it.each([[undefined], [null], [[]], [{ version: 2 }]])('%j gives nothing', (value) => {
    expect(salvageSnapshot(value)).toBeNull();
  });
});
