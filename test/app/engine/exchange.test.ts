import { beforeEach, describe, expect, it } from 'vitest';
import { boardOf, partsNow, partsWithOnly, snippetInput } from '../../../src/app/engine/board.js';
import { savedWords } from '../../../src/app/engine/exchange.js';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { acceptFit } from '../../../src/app/engine/fitting.js';
import { importFile } from '../../../src/app/engine/importing.js';
import {
  addDirection,
  changeDirection,
  useDirections,
  type DirectionEntry,
} from '../../../src/app/stores/directions.js';
import { usePrompt } from '../../../src/app/stores/prompt.js';
import { useSession, type Session } from '../../../src/app/stores/session.js';
import { useStatus } from '../../../src/app/stores/status.js';
import { formats } from '../../../src/core/formats/index.js';
import { snippets } from '../../../src/core/snippets/index.js';
import { fitted, stamp } from '../../core/formats/valid-document.js';

const shape = { layers: stamp.layers, width: stamp.width, vocabulary: 8, context: 64 };
// The parts of a loaded model that exchange reads.
const loaded = { stamp, shape, chat: false } as unknown as NonNullable<Session['loaded']>;

function add(name: string, seed: number, change: Partial<DirectionEntry> = {}): string {
  const { texts } = fitted(seed).source;
  const entry = freeEntry({ name, opposite: `not ${name}`, texts });
  addDirection(entry);
  acceptFit(entry, fitted(seed));
  changeDirection(entry.id, change);
  return entry.id;
}

function exported(only: string | null, format = 'steerboard'): File {
  const [file] = formats.find(({ name }) => name === format)!.write(boardOf(only), { magnitude: 'natural' });
  return new File([file!.content], file!.fileName);
}

/** What an import should keep: all but ids, versions and colours, with others meant by their names. */
function essence(entry: DirectionEntry): unknown {
  const nameOf = (id: string | null): string | null =>
    useDirections.getState().entries.find((it) => it.id === id)?.name ?? null;
  const { id: _, colour: __, fits, secondId, condition, ...rest } = entry;
  const read = condition && { ...condition, directionId: nameOf(condition.directionId) };
  return { ...rest, second: nameOf(secondId), condition: read, fits: fits.map(({ direction }) => direction) };
}

let ids: { readonly read: string; readonly rich: string };
beforeEach(() => {
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  useStatus.setState({ tasks: [], problems: [] });
  usePrompt.setState({ prompt: 'Once', view: 'text' });
  useSession.setState({ loaded, phase: 'ready' });
  const read = add('read', 2, { enabled: false, strength: -0.25, layers: [0, 3] });
  const rich = add('rich', 3, {
    layers: [1, 2],
    layerFactors: [1, 0.5, -2, 0],
    operatorOptions: { side: 'below', degrees: 12 },
    secondId: read,
    condition: { directionId: read, layer: 2, figure: 'alignment', side: 'below', threshold: 0.1 },
    scope: {
      prompt: true,
      generated: true,
      promptRange: { kind: 'last', count: 3 },
      generatedRange: { kind: 'window', from: 2, to: 9 },
      curve: [
        { at: 0, factor: 1 },
        { at: 5, factor: -0.5 },
      ],
    },
  });
  ids = { read, rich };
});

describe('a board that is exported and imported', () => {
  it.each(['steerboard', 'safetensors'])('as %s keeps what is in the stores', async (format) => {
    const file = exported(null, format);
    const before = useDirections.getState().entries.map(essence);
    useDirections.setState({ entries: [] });
    expect(await importFile(file)).toMatchObject({ names: ['read', 'rich'], warnings: [], text: true });
    // Found methods say their options; until then they were the defaults.
    const options = fitted(1).source.options;
    const expected = before.map((entry) => ({ ...(entry as object), methodOptions: options }));
    expect(useDirections.getState().entries.map(essence)).toEqual(expected);
  });

  it('adds to what is there, which is only switched off', async () => {
    const before = useDirections.getState().entries;
    await importFile(exported(null));
    const { entries } = useDirections.getState();
    expect(entries.slice(0, 2)).toEqual(before.map((entry) => ({ ...entry, enabled: false })));
    expect(entries).toHaveLength(4);
    // The imported ones refer to each other, not to those that were there.
    expect(entries[3]!.secondId).toBe(entries[2]!.id);
  });
});

describe('one direction', () => {
  it('takes along those it refers to, switched off, and no prompt', () => {
    const board = boardOf(ids.rich);
    expect(board.directions.map(({ name, plan }) => [name, plan.enabled])).toEqual([
      ['rich', true],
      ['read', false],
    ]);
    expect(board.directions[0]!.plan).toMatchObject({ second: 1, condition: { direction: 1 } });
    expect(board.prompt).toBeUndefined();
    expect(boardOf(ids.read).directions).toHaveLength(1);
  });

  it('whose condition cannot be read is exported as doing nothing, as here', () => {
    changeDirection(ids.read, { fits: [] });
    const [taken] = boardOf(ids.rich).directions;
    expect(taken!.plan.enabled).toBe(false);
    expect(taken!.plan.condition).toBeUndefined();
  });
});

describe('a file that cannot be taken', () => {
  it.each([
    ['a broken one', new File(['{'], 'a.json'), /^a\.json: .*is not JSON from line 1/],
    ['one that is too large', { name: 'big.json', size: 200_000_000 } as File, /big\.json is 200 MB; .* at most 67/],
    [
      'one that is gone',
      {
        name: 'gone.json',
        size: 5,
        arrayBuffer: () => Promise.reject(new Error('NotReadableError')),
      } as unknown as File,
      /gone\.json could not be read/,
    ],
  ])('%s: is said, and changes nothing', async (_, file, says) => {
    const before = useDirections.getState();
    expect(await importFile(file)).toBeNull();
    expect(useDirections.getState()).toBe(before);
    expect(useStatus.getState().problems).toEqual([
      { about: 'file', error: expect.objectContaining({ message: expect.stringMatching(says) }) },
    ]);
  });
});

it('every program finds the vectors of the plan in the exported file', () => {
  for (const snippet of snippets) expect(snippet.write(snippetInput())).not.toBe('');
  const [{ write }] = snippets as readonly [(typeof snippets)[number]];
  const text = write(snippetInput());
  expect(text).toContain('"vector": "direction.1.layer.2.resid_post"');
  expect(text).toContain('"second": "direction.0.layer.2.resid_post"');
  expect(text).toContain('"condition": {"layer": 2, "vector": "direction.0.layer.2.resid_post"');
  expect(text).toContain('(-3, None)');
});

it('a program names its directions and applies the one that is chosen, whether it is on or not', () => {
  const [{ write }] = snippets as readonly [(typeof snippets)[number]];
  expect(write(snippetInput())).toContain('# Directions: rich\n');
  const text = write(snippetInput(partsWithOnly(ids.read, partsNow())));
  expect(text).toContain('# Directions: read\n');
  expect(text).toContain('"vector": "direction.0.layer.0.resid_post"');
  expect(text).not.toContain('"vector": "direction.1.');
  // A model that is not of the Hub has to be found.
  expect(text).toMatch(/# The folder of the Transformers checkpoint .*\nMODEL = /);
});

it('a vector that layers share is named by the layer that it is applied at', () => {
  const { direction } = useDirections.getState().entries[0]!.fits[0]!;
  const shared = direction.layers[0]!.vector;
  const same = { ...direction, layers: direction.layers.map((it) => ({ ...it, vector: shared })) };
  changeDirection(ids.read, { enabled: true, layers: [2, 2], fits: [{ version: 'shared', direction: same }] });
  const [{ write }] = snippets as readonly [(typeof snippets)[number]];
  const text = write(snippetInput(partsWithOnly(ids.read, partsNow())));
  expect(text).toContain('"layer": 2, "op": "add", "vector": "direction.0.layer.2.resid_post"');
});

it('what was saved is said with its size', () => {
  expect(savedWords([{ name: 'animals.gguf', bytes: 992 }])).toBe('Saved animals.gguf, 992 bytes.');
  expect(savedWords([{ name: 'a.json', bytes: 20_480 }, { name: 'b', bytes: 2 }])).toBe('Saved a.json, 20 kB; b, 2 bytes.'); // prettier-ignore
});
