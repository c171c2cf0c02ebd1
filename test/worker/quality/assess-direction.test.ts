/** What texts say of a direction, on the toy model. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ContrastTexts } from '../../../src/core/directions/direction.js';
import type { AssessmentEvent, AssessmentRequest } from '../../../src/protocol/api.js';
import { assessDirection } from '../../../src/worker/quality/assess-direction.js';
import { atOnce } from '../../../src/worker/capture/background.js';
import { fitRequested } from '../../../src/worker/capture/fit.js';
import { Task } from '../../../src/worker/tasks.js';
import { toyModel } from '../generation/toy-model.js';

const letters = 'abcdefghijklmnopqrstuvwx';
const texts: ContrastTexts = {
  kind: 'lists',
  positive: Array.from({ length: 12 }, (_, i) => letters.slice(0, 1 + ((i * 7) % 20))),
  negative: Array.from({ length: 12 }, (_, i) => letters.slice(4, 6 + ((i * 5) % 18))),
};
const model = toyModel();
const fit = (of: ContrastTexts) =>
  fitRequested(model, { task: 'fit', texts: of, method: 'mean-difference' }, new Task(), () => undefined, atOnce);

async function assess(
  more: Partial<AssessmentRequest> = {},
  task = new Task(),
  onEvent?: (it: AssessmentEvent) => void,
) {
  const direction = await fit(texts);
  const events: AssessmentEvent[] = [];
  const request: AssessmentRequest = {
    task: 'assess',
    texts,
    hook: 'resid_post',
    method: 'mean-difference',
    vectors: direction.layers,
    draws: { resamples: 40, random: 10, shuffles: 5, refits: 5 },
    ...more,
  };
  const say = (said: readonly AssessmentEvent[]): void => {
    events.push(...said);
    said.forEach((event) => onEvent?.(event));
  };
  await assessDirection(model, request, task, say, atOnce);
  const layers = events.flatMap((event) => (event.type === 'layer' ? [event.assessment] : []));
  return { events, layers, direction };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('assessDirection', () => {
  it('says of the held-out texts what the fit says, with an interval around it', async () => {
    const { layers, direction } = await assess();
    expect(layers.map(({ layer }) => layer)).toEqual(direction.layers.map(({ layer }) => layer));
    const { separation, intervals, stability } = layers[0]!;
    expect(separation).toEqual(direction.layers[0]!.separation);
    expect(intervals!.auc.low).toBeLessThanOrEqual(separation!.auc);
    expect(intervals!.auc.high).toBeGreaterThanOrEqual(separation!.auc);
    expect(stability!.draws).toBe(5);
  });

  it('reads no text again that was read for the fit', async () => {
    const run = vi.spyOn(model.decoder, 'run');
    await fit(texts);
    run.mockClear();
    await assess();
    expect(run).not.toHaveBeenCalled();
  });

  it('reads a direction that is not found from these texts as it is', async () => {
    const { layers } = await assess({ method: null });
    expect(layers[0]!.separation).not.toBeNull();
    expect([layers[0]!.shuffled, layers[0]!.stability]).toEqual([null, null]);
  });

  it('refuses methods that read every token, and says why', async () => {
    await expect(assess({ method: 'activation-addition' })).rejects.toThrow(/cannot be found again/);
  });

  it('keeps the layers that are done when it is cancelled', async () => {
    const task = new Task();
    let seconds = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => 1000 * seconds++);
    const { layers: vectors } = await fit(texts);
    const seen: AssessmentEvent[] = [];
    const run = assess({ vectors: [vectors[0]!, vectors[0]!] }, task, (event) => {
      seen.push(event);
      if (event.type === 'layer') task.cancel();
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen.filter(({ type }) => type === 'layer')).toHaveLength(1);
  });
});
