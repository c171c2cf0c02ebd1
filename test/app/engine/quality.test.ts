import { beforeEach, expect, it, vi } from 'vitest';
import { assessTexts, measureEffect, type MeasuredFit } from '../../../src/app/engine/quality.js';
import { useQuality } from '../../../src/app/stores/quality.js';
import type { LayerAssessment } from '../../../src/core/quality/assess.js';
import { SteerboardError } from '../../../src/core/errors.js';
import type { AssessmentEvent, WorkerApi } from '../../../src/protocol/api.js';

interface Asked {
  readonly task: string;
  readonly layer: (layer: number, of: string) => void;
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}
const { asked, effects } = vi.hoisted(() => ({ asked: [] as Asked[], effects: [] as unknown[] }));

vi.mock('../../../src/app/engine/connection.js', () => ({
  call: <Result>(use: (api: WorkerApi) => Promise<Result>) =>
    use({
      assessDirection: ({ task }: { task: string }, onEvent: (events: readonly AssessmentEvent[]) => void) =>
        new Promise<void>((resolve, reject) => {
          const layer = (at: number, of: string) =>
            onEvent([{ type: 'layer', assessment: { layer: at, of } as unknown as LayerAssessment }]);
          asked.push({ task, layer, finish: resolve, fail: reject });
        }),
      assessEffect: (request: unknown) => {
        effects.push(request);
        return Promise.resolve({});
      },
    } as unknown as WorkerApi),
  cancelTask: (task: string) =>
    asked.find((it) => it.task === task)?.fail(new SteerboardError('cancelled', 'Cancelled.')),
}));

const fit = {
  name: 'happy',
  version: 'v',
  direction: {
    hook: 'resid_post',
    source: { method: 'mean-difference', options: {}, texts: { kind: 'lists', positive: ['a'], negative: ['b'] } },
    layers: [3, 1].map((layer) => ({ layer, vector: new Float32Array(2) })),
  },
} as unknown as MeasuredFit;
const assessed = () => useQuality.getState().known['v']!.assessments as unknown as { layer: number; of: string }[];

beforeEach(() => {
  asked.length = effects.length = 0;
  useQuality.setState(useQuality.getInitialState());
});

it('layers that come late from a run before are not among those of the new one', async () => {
  const first = assessTexts(fit, 3);
  asked[0]!.layer(1, 'first run');
  const second = assessTexts(fit, 3);
  await first;
  expect(assessed()).toEqual([]);
  asked[0]!.layer(3, 'first run');
  asked[1]!.layer(3, 'second run');
  asked[0]!.layer(1, 'first run');
  expect(assessed()).toEqual([{ layer: 3, of: 'second run' }]);
  asked[1]!.finish();
  // The last layer may come after the answer.
  asked[1]!.layer(1, 'second run');
  await second;
  expect(assessed().map(({ layer, of }) => [layer, of])).toEqual([
    [1, 'second run'],
    [3, 'second run'],
  ]);
  expect(useQuality.getState().runs.texts).toBeNull();
});

it('nothing is measured on a text that is not finished', async () => {
  await measureEffect(fit, 3, null, 0.5);
  expect(effects).toEqual([]);
  expect(useQuality.getState().runs.effect?.error?.message).toMatch(/not finished/);
});
