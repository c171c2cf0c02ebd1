import { beforeEach, describe, expect, it, vi } from 'vitest';
import { importFile } from '../../../src/app/engine/importing.js';
import { fitFor, useDirections } from '../../../src/app/stores/directions.js';
import { useSession, type Session } from '../../../src/app/stores/session.js';
import { useStatus } from '../../../src/app/stores/status.js';
import { fitDirection } from '../../../src/core/directions/fit.js';
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
