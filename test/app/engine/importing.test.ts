import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { boardOf } from '../../../src/app/engine/board.js';
import { combiningProblem, followParts } from '../../../src/app/engine/combining.js';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { importFile } from '../../../src/app/engine/importing.js';
import { addDirection, fitFor, useDirections, type DirectionEntry } from '../../../src/app/stores/directions.js';
import { useSession, type Session } from '../../../src/app/stores/session.js';
import { useStatus } from '../../../src/app/stores/status.js';
import { fitDirection } from '../../../src/core/directions/fit.js';
import { formats } from '../../../src/core/formats/index.js';
import type { FitRequest, WorkerApi } from '../../../src/protocol/api.js';

const stamp = { id: 'm', revision: null, dtype: 'fp32', family: 'llama', layers: 3, width: 2 };
/** Mean ‖h‖ of the model's layers. */
const norms = [10, 20, 30];
const requests: FitRequest[] = [];

/** All texts end in the same token, so that their residuals [L, d] are the same at the first layer. */
const api: Partial<WorkerApi> = {
  fitDirection: (request) => {
    requests.push(request);
    const { method, texts } = request;
    const residuals = (value: number): Float32Array[] =>
      (texts ? texts.positive : []).map(() => Float32Array.of(1, 1, value, 2, value, 3));
    const sides = { positive: residuals(4), negative: residuals(-4) };
    return Promise.resolve(fitDirection({ model: stamp, texts, method, ...sides, residualNorms: norms }));
  },
};
vi.mock('../../../src/app/engine/connection.js', () => ({
  call: (use: (api: WorkerApi) => unknown) => use(api as WorkerApi),
}));

beforeAll(followParts);
beforeEach(() => {
  requests.length = 0;
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  useStatus.setState({ tasks: [], problems: [] });
  useSession.setState({ loaded: { stamp, chat: false } as unknown as NonNullable<Session['loaded']>, phase: 'ready' });
});

describe('a file of another tool', () => {
  it('gets the residual norms of its own layers, also where neutral texts do not differ', async () => {
    const vectors = [0, 1, 2].map((layerNumber) => ({
      modelId: 'm',
      layerNumber,
      hookType: 'hook_resid_post',
      vector: [2, 0],
      vectorLabel: `layer ${layerNumber}`,
    }));
    expect(await importFile(new File([JSON.stringify(vectors)], 'a.json'))).not.toBeNull();
    const layers = useDirections.getState().entries.flatMap((entry) => fitFor(entry, stamp)!.layers);
    expect(layers.map(({ layer, residualNorm }) => [layer, residualNorm])).toEqual([
      [0, 10],
      [1, 20],
      [2, 30],
    ]);
    expect(requests.map(({ texts, hook }) => [texts, hook])).toEqual([[null, 'resid_post']]);
    expect(useStatus.getState().tasks).toEqual([]);
  });
});

function add(name: string, vector: readonly [number, number], expression: string | null = null): void {
  const entry = freeEntry({
    name,
    texts: null,
    method: expression === null ? 'mean-difference' : 'expression',
    expression,
  });
  const source = { method: entry.method, options: {}, texts: null };
  const layers = [{ layer: 1, vector: Float32Array.from(vector), scale: 1, residualNorm: 20, separation: null }];
  const direction = { model: stamp, hook: 'resid_post', source, layers } as const;
  addDirection({ ...entry, layers: [1, 1], fits: [{ version: crypto.randomUUID(), direction }] });
}

function exported(only: string | null = null): File {
  const id = useDirections.getState().entries.find(({ name }) => name === only)?.id ?? null;
  const [file] = formats[0]!.write(boardOf(id), { magnitude: 'natural' });
  return new File([file!.content], 'board.json');
}
const clear = () => useDirections.setState({ entries: [], selectedId: null });
const vectorOf = (entry: DirectionEntry) =>
  [...fitFor(entry, stamp)!.layers[0]!.vector].map((it) => Math.round(it * 1e4) / 1e4);

describe('a document with a combined direction', () => {
  const mixed = [Math.SQRT1_2, -Math.SQRT1_2] as const;

  it('comes in at once with its parts, whichever stand first, and follows them', async () => {
    add('mix', mixed, 'happy - sad');
    add('happy', [1, 0]);
    add('sad', [0, 1]);
    const file = exported();
    clear();
    let changes = 0;
    const stop = useDirections.subscribe(
      ({ entries }, before) => void (entries.length !== before.entries.length && changes++),
    );
    const imported = await importFile(file);
    stop();
    expect([imported?.warnings, changes]).toEqual([[], 1]);
    const { entries, selectedId } = useDirections.getState();
    expect(entries.map(({ expression }) => expression)).toEqual(['happy - sad', null, null]);
    expect(new Set(entries.map(({ colour }) => colour)).size).toBe(3);
    expect(selectedId).toBe(entries[2]!.id);
    expect(combiningProblem(entries[0]!, entries, stamp)).toBeNull();
    expect(vectorOf(entries[0]!)).toEqual([0.7071, -0.7071]);
  });

  it('keeps the vector of the file where the directions of those names are others here', async () => {
    add('happy', [1, 0]);
    add('sad', [0, 1]);
    add('mix', mixed, 'happy - sad');
    add('half', mixed, 'mix / 2');
    const [mix, half] = [exported('mix'), exported('half')];
    clear();
    add('happy', [0, 1]);
    add('sad', [1, 0]);
    const imported = await importFile(mix);
    expect(imported?.warnings).toEqual([expect.stringContaining('“mix” was happy - sad of other directions')]);
    const kept = useDirections.getState().entries[2]!;
    expect(kept).toMatchObject({ name: 'mix', expression: null, method: 'imported' });
    expect(vectorOf(kept)).toEqual([0.7071, -0.7071]);
    // What it is made of is the same here, so it goes on following it.
    expect((await importFile(half))?.warnings).toEqual([]);
    expect(useDirections.getState().entries[3]).toMatchObject({ name: 'half', expression: 'mix / 2' });
  });
});
