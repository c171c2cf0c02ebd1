import { beforeEach, describe, expect, it } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { applySnapshot, parseSnapshot, takeSnapshot } from '../../../src/app/engine/snapshot.js';
import { acceptFit } from '../../../src/app/engine/fitting.js';
import { happySad } from '../../../src/app/presets/happySad.js';
import { addDirection, changeDirection, removeDirection, useDirections } from '../../../src/app/stores/directions.js';
import { firstLens, useLens } from '../../../src/app/stores/lens.js';
import {
  changeChat,
  continueWith,
  freshChat,
  sendMessage,
  startAgain,
  usePrompt,
} from '../../../src/app/stores/prompt.js';
import { firstScan, useScan } from '../../../src/app/stores/scan.js';
import type { FittedDirection } from '../../../src/core/directions/direction.js';

const direction: FittedDirection = {
  model: { id: 'tales', revision: null, dtype: 'fp32', family: 'llama', layers: 4, width: 2 },
  hook: 'resid_post',
  source: { method: 'mean-difference', options: {}, texts: happySad.texts },
  layers: [0, 1, 2, 3].map((layer) => ({
    layer,
    vector: Float32Array.of(0.6, 0.8),
    scale: 1.5,
    residualNorm: 3,
    separation: { auc: layer === 0 ? 1 : 0.5 + layer / 10, accuracy: NaN, effectSize: layer },
  })),
};

beforeEach(() => {
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  const entry = freeEntry(happySad);
  addDirection(entry);
  acceptFit(entry, direction);
});

describe('a snapshot', () => {
  it('holds what is in the stores, vectors bit for bit, through a structured clone', () => {
    usePrompt.setState({ prompt: 'Once <b>' });
    const before = useDirections.getState();
    const saved = parseSnapshot(structuredClone(takeSnapshot()));
    useDirections.setState({ entries: [], selectedId: null });
    usePrompt.setState({ prompt: '' });
    expect(saved).not.toBeNull();
    if (saved) applySnapshot(saved);
    expect(useDirections.getState()).toEqual(before);
    expect(usePrompt.getState().prompt).toBe('Once <b>');
  });

  it('holds how a direction is applied, and takes one from before there was a choice', () => {
    const id = useDirections.getState().entries[0]!.id;
    changeDirection(id, {
      scope: {
        prompt: true,
        generated: true,
        promptRange: { kind: 'last', count: 2 },
        generatedRange: { kind: 'window', from: 1, to: 9 },
        curve: [
          { at: 0, factor: 1 },
          { at: 24, factor: 0 },
        ],
      },
      condition: { directionId: id, layer: 1, figure: 'projection', side: 'below', threshold: 0.25 },
      layerFactors: [1, 0.5, 1, 2],
    });
    const snapshot = structuredClone(takeSnapshot());
    expect(parseSnapshot(snapshot)?.directions.entries).toEqual(useDirections.getState().entries);
    const older = snapshot.directions.entries.map(({ condition: _, layerFactors: __, ...entry }) => ({
      ...entry,
      scope: { prompt: true, generated: false },
    }));
    const read = parseSnapshot({ ...snapshot, directions: { ...snapshot.directions, entries: older } });
    expect(read?.directions.entries[0]).toMatchObject({
      scope: { prompt: true, generated: false },
      condition: null,
      layerFactors: null,
    });
  });

  it('holds the text to scan and how the lens is shown, and takes one from before there were any', () => {
    useScan.setState({ text: 'One <b>\n\nTwo', byLine: true, directionId: 'a', quantity: 'score', layer: 2 });
    useLens.setState({ shows: 'baseline', threshold: 0.03 });
    const snapshot = structuredClone(takeSnapshot());
    const { lens, scan, ...view } = snapshot.view;
    const older = parseSnapshot({ ...snapshot, view });
    expect(older?.view).toMatchObject({ lens: firstLens, scan: firstScan });
    useScan.setState(firstScan);
    useLens.setState(firstLens);
    applySnapshot(parseSnapshot(snapshot)!);
    expect(useScan.getState()).toEqual(scan);
    expect(useScan.getState().text).toBe('One <b>\n\nTwo');
    expect(useLens.getState()).toEqual(lens);
  });

  it('holds the conversation as it is written and as it was sent', () => {
    changeChat({ system: 'Be brief.', message: 'Hi' });
    sendMessage();
    continueWith('Hello <b>');
    changeChat({ message: 'Not sent yet' });
    const before = usePrompt.getState();
    const saved = parseSnapshot(structuredClone(takeSnapshot()));
    startAgain();
    if (saved) applySnapshot(saved);
    expect(usePrompt.getState()).toEqual(before);
  });

  it('of before there were conversations begins one', () => {
    const { chat: _, view: __, showTemplate: ___, ...prompt } = takeSnapshot().prompt;
    const { questions: ____, ...draft } = takeSnapshot().editor.draft;
    const old = { ...takeSnapshot(), prompt, editor: { open: false, draft } };
    const read = parseSnapshot(structuredClone(old));
    expect(read?.prompt).toMatchObject({ ...prompt, view: 'chat', chat: freshChat });
    expect(read?.editor.draft.questions).toBe('');
  });

  it.each<[string, (snapshot: ReturnType<typeof takeSnapshot>) => unknown]>([
    ['nothing', () => undefined],
    ['another version', (snapshot) => ({ ...snapshot, version: 2 })],
    ['a missing store', ({ prompt: _, ...rest }) => rest],
    ['an unknown operator', (snapshot) => withEntry(snapshot, { operator: 'explode' })],
    ['a strength that is not finite', (snapshot) => withEntry(snapshot, { strength: NaN })],
    [
      'a range that counts backwards',
      (snapshot) =>
        withEntry(snapshot, { scope: { prompt: true, generated: true, promptRange: { kind: 'first', count: -1 } } }),
    ],
    ['a vector with NaN', (snapshot) => withVector(snapshot, Float32Array.of(NaN, 1))],
    ['a vector that is no vector', (snapshot) => withVector(snapshot, [0.6, 0.8])],
  ])('is refused with %s', (_, damage) => {
    expect(parseSnapshot(damage(takeSnapshot()))).toBeNull();
  });
});

it('a snapshot from before there were hubs opens the bundled model', () => {
  const { session, ...rest } = takeSnapshot();
  const { hub: _hub, hubHost: _hubHost, ...older } = session;
  expect(parseSnapshot({ ...rest, session: older })?.session).toMatchObject({
    hub: null,
    hubHost: 'https://huggingface.co',
  });
});

describe('directions', () => {
  it('are first applied in the middle half, where they separate best', () => {
    expect(useDirections.getState().entries[0]?.layers).toEqual([2, 2]);
  });

  it('come back where they were after a delete is undone', () => {
    addDirection(freeEntry({ name: 'second', texts: null }));
    const [first, second] = useDirections.getState().entries;
    const removed = removeDirection(first?.id ?? '');
    expect(useDirections.getState().entries).toEqual([second]);
    if (removed) addDirection(removed.entry, removed.at);
    expect(useDirections.getState().entries).toEqual([first, second]);
  });

  it('get a colour of their own', () => {
    addDirection(freeEntry({ name: 'second', texts: null }));
    const colours = useDirections.getState().entries.map((entry) => entry.colour);
    expect(new Set(colours).size).toBe(2);
  });
});

function withEntry(snapshot: ReturnType<typeof takeSnapshot>, change: object): unknown {
  const { entries, ...rest } = snapshot.directions;
  return { ...snapshot, directions: { ...rest, entries: entries.map((entry) => ({ ...entry, ...change })) } };
}

function withVector(snapshot: ReturnType<typeof takeSnapshot>, vector: unknown): unknown {
  const layers = direction.layers.map((layer) => ({ ...layer, vector }));
  return withEntry(snapshot, { fits: [{ version: 'v', direction: { ...direction, layers } }] });
}
