// @vitest-environment happy-dom
/** Directions of a board that is left may still be being found when the next one's texts are complete. */
import 'fake-indexeddb/auto';
import { beforeEach, expect, it, vi } from 'vitest';
import { beginExperiment } from '../../../../src/app/engine/experiments/beginning.js';
import { settlePresent } from '../../../../src/app/engine/experiments/present.js';
import { newExperiment, switchTo } from '../../../../src/app/engine/experiments/switching.js';
import { saveNow } from '../../../../src/app/engine/persistence.js';
import { useExperiments } from '../../../../src/app/stores/experiments.js';
import { useSession } from '../../../../src/app/stores/session.js';
import { emptyText, useTexts } from '../../../../src/app/stores/texts.js';
import { stamp } from '../../../core/formats/valid-document.js';

/** Ends the runs of `fitMissing` that are under way. */
const finding = vi.hoisted(() => [] as (() => void)[]);

vi.mock('../../../../src/app/engine/fitting.js', () => ({
  fitMissing: () => new Promise<void>((resolve) => finding.push(resolve)),
  isFindingMissing: () => finding.length > 0,
}));
vi.mock('../../../../src/app/engine/regeneration.js', () => ({ regenerate: vi.fn(), isWritten: () => true }));
vi.mock('../../../../src/app/engine/comparison.js', () => ({ currentPlanKey: () => 'plan' }));
vi.mock('../../../../src/app/engine/model.js', () => ({ openBundled: vi.fn(), cancelOpening: vi.fn() }));
vi.mock('../../../../src/app/engine/connection.js', () => ({ ask: () => Promise.resolve([]), call: vi.fn() }));

beforeEach(async () => {
  await beginExperiment();
  settlePresent(false);
  await saveNow();
});

it('the outcome of the board is taken once those of the one before are found or given up', async () => {
  const first = useExperiments.getState().current!.id;
  useSession.setState({ phase: 'ready', loaded: { stamp, device: 'wasm', shape: { layers: 1 } } as never });
  const complete = { ...emptyText, textId: 'text', comparisonKey: 'plan' };
  useTexts.setState({ baseline: complete, steered: complete, writing: false });
  const left = newExperiment();
  await vi.waitFor(() => expect(finding).toHaveLength(1));
  const shown = switchTo(first);
  await vi.waitFor(() => expect(finding).toHaveLength(2));
  finding.pop()!();
  await shown;
  expect(useExperiments.getState().outcome).toBeNull();
  finding.pop()!();
  await left;
  expect(useExperiments.getState()).toMatchObject({ current: { id: first }, outcome: { made: { device: 'wasm' } } });
});
