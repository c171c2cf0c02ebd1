import { beforeEach, expect, it, vi } from 'vitest';
import { keepOutcomes, takeOutcomeNow } from '../../../../src/app/engine/experiments/outcome.js';
import { beginPresent, settlePresent } from '../../../../src/app/engine/experiments/present.js';
import { useExperiments } from '../../../../src/app/stores/experiments.js';
import { setLimit, useLimits } from '../../../../src/app/stores/limits.js';
import { setPrompt, usePrompt } from '../../../../src/app/stores/prompt.js';
import { useSession } from '../../../../src/app/stores/session.js';
import { emptyText, useTexts } from '../../../../src/app/stores/texts.js';
import type { Outcome } from '../../../../src/core/experiments/index.js';
import { validExperiment } from '../../../core/experiments/valid-experiment.js';

vi.mock('../../../../src/app/engine/regeneration.js', () => ({ isWritten: () => true }));
vi.mock('../../../../src/app/engine/comparison.js', () => ({ currentPlanKey: () => 'plan' }));

const finding = vi.hoisted(() => ({ now: false }));
vi.mock('../../../../src/app/engine/fitting.js', () => ({ isFindingMissing: () => finding.now }));

const { made, outcome } = validExperiment();
const before = { made: made!, ...outcome! } as Outcome;
const summary = { id: 'one', name: 'One', created: 0, changed: 0, model: null, line: '' };
const complete = { ...emptyText, textId: 'text', comparisonKey: 'plan' };

/** The model of the kept texts, here with something other. */
function loadModel(device: 'wasm' | 'webgpu', change: object = {}): void {
  useSession.setState({
    loaded: { stamp: { ...made!.model, ...change }, device, shape: { layers: made!.model.layers } } as never,
  });
}

beforeEach(() => {
  finding.now = false;
  useTexts.setState({ baseline: complete, steered: complete, writing: false });
  useSession.setState(useSession.getInitialState());
  usePrompt.setState(usePrompt.getInitialState());
  beginPresent(summary, before);
  settlePresent(true);
});

it.each<[string, 'wasm' | 'webgpu', object]>([
  ['model', 'wasm', { id: 'another' }],
  ['device', 'webgpu', {}],
  ['dtype', 'wasm', { dtype: 'q4' }],
  ['revision', 'wasm', { revision: 'f'.repeat(40) }],
])('what was kept stays while it is only looked at with another %s', (_, device, change) => {
  loadModel(device, change);
  takeOutcomeNow();
  expect(useExperiments.getState().outcome).toBe(before);
  setPrompt('Something else');
  takeOutcomeNow();
  expect(useExperiments.getState().outcome?.made).toMatchObject({ device, model: change });
});

it('what comes out where it was made is taken', () => {
  loadModel('wasm');
  takeOutcomeNow();
  expect(useExperiments.getState().outcome?.baseline.ids).toEqual([]);
});

it('the verdict that is kept follows the limits', () => {
  loadModel('wasm');
  useLimits.setState(useLimits.getInitialState());
  const comparison = {
    candidates: [],
    kl: Float32Array.of(0, 0.5),
    baselineNll: new Float32Array(2),
    steeredNll: new Float32Array(2),
    normRatio: Float32Array.of(1),
    promptLength: 1,
  };
  const token = { id: 1, piece: 'a', special: false, logProbability: 0, readout: null };
  const steered = { ...complete, tokens: [token, token], promptLength: 1, fresh: 2, comparison };
  useTexts.setState({ steered });
  takeOutcomeNow();
  const kept = () => useExperiments.getState().outcome?.figures;
  expect(kept()).toMatchObject({ meanKl: 0.5, verdict: 'within range' });
  const stop = keepOutcomes();
  setLimit('meanKl', 'strained', 0.25);
  expect(kept()).toMatchObject({ meanKl: 0.5, verdict: 'strained' });
  stop();
});

it('texts without a direction that is still being found are neither kept nor held against those that came', () => {
  loadModel('wasm');
  useExperiments.setState({ reproduction: { kept: before, result: null } });
  finding.now = true;
  takeOutcomeNow();
  expect(useExperiments.getState()).toMatchObject({ outcome: before, reproduction: { result: null } });
  finding.now = false;
  takeOutcomeNow();
  expect(useExperiments.getState().reproduction?.result?.baseline).not.toBeNull();
});
