/** Sweeps of the bundled model in rows that fork against the same in two lanes. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { emptyPlan, type Plan, type PlanTerm } from '../../../src/core/steering/plan.js';
import type { CellResult, SweepCell, SweepRequest } from '../../../src/protocol/api.js';
import type { SteeredModel } from '../../../src/worker/model/steered-model.js';
import { sweep } from '../../../src/worker/sweep/sweep.js';
import { Task } from '../../../src/worker/tasks.js';
import { largestDifference } from '../../core/onnx/session.js';
import { openBundled } from '../model/opened-model.js';

const golden = JSON.parse(readFileSync(new URL('../../golden/tales.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly (readonly number[])[];
  readonly direction: { readonly residual_norm: readonly number[] };
};
const [generated, everywhere] = [
  { prompt: false, generated: true },
  { prompt: true, generated: true },
];
const prompts = ['Once upon a time, there was a little', 'She', 'The sky was'];

function plan(strength: number, layers: readonly number[], change: Partial<PlanTerm> = {}): Plan {
  const sites = layers.map((layer) => ({
    layer,
    vector: Float32Array.from(golden.vectors[layer]!),
    residualNorm: golden.direction.residual_norm[layer]!,
  }));
  return { ...emptyPlan, terms: [{ operator: 'add', strength, scope: generated, sites, ...change } as PlanTerm] };
}

function cellsOf(plans: Readonly<Record<string, Plan>>, among = prompts): readonly SweepCell[] {
  return Object.entries(plans).flatMap(([name, plan]) =>
    among.map((prompt, at) => ({ id: `${name} ${at}`, prompt, plan, seed: at })),
  );
}

let model: SteeredModel;
beforeAll(async () => {
  model = await openBundled();
  // Once it is open, it is used for the fewest texts too.
  model.forks.leave((await model.forks.take(model, {}))!);
});
afterEach(() => vi.restoreAllMocks());

async function swept(cells: readonly SweepCell[], temperature: number, mayFork = true) {
  const done = new Map<string, CellResult>();
  const request: SweepRequest = {
    task: 'task',
    cells,
    sampling: { temperature, topK: 0, topP: 0.95, repetitionPenalty: 1.1, maxNewTokens: 8 },
    probes: [{ id: 'probe', vectors: golden.vectors.map((vector) => Float32Array.from(vector)) }],
    targets: { toward: [300], away: [301] },
  };
  const take = vi.spyOn(model.forks, 'take');
  if (!mayFork) take.mockResolvedValue(null);
  await sweep(
    model,
    request,
    new Task(),
    (events) => {
      for (const event of events) if (event.type === 'cells') for (const cell of event.cells) done.set(cell.id, cell);
    },
    (piece) => piece(),
  );
  const decoders = await Promise.all(take.mock.results.map(({ value }) => value));
  take.mockRestore();
  return { done, forks: decoders.some((decoder) => decoder !== null) };
}

/** Both ways. */
async function bothWays(cells: readonly SweepCell[], temperature: number) {
  const forked = await swept(cells, temperature);
  const plain = await swept(cells, temperature, false);
  expect(forked.done.size).toBe(cells.length);
  expect(plain.forks).toBe(false);
  for (const { id } of cells) {
    const [a, b] = [forked.done.get(id)!, plain.done.get(id)!];
    expect({ ids: a.ids, reason: a.reason, pieces: a.pieces }, id).toEqual({
      ids: b.ids,
      reason: b.reason,
      pieces: b.pieces,
    });
    for (const figure of ['kl', 'baselineNll', 'steeredNll', 'normRatio', 'norms', 'projections'] as const) {
      expect(largestDifference(a[figure], b[figure]), `${figure} of ${id}`).toBeLessThan(1e-4);
    }
    for (const side of ['steered', 'unsteered'] as const) {
      expect(largestDifference(a.logOdds![side], b.logOdds![side])).toBeLessThan(1e-4);
    }
  }
  return { forked, plain };
}

const everyLayer = Object.fromEntries(
  golden.vectors.map((_, layer) => [`layer ${layer}`, plan(layer % 2 ? 0.5 : -0.75, [layer])]),
);

describe.each([0, 1])('at temperature %s', (temperature) => {
  it('texts and figures are those of two lanes, at every layer', async () => {
    const cells = cellsOf({ ...everyLayer, none: emptyPlan, weak: plan(0.1, [2]) });
    expect((await bothWays(cells, temperature)).forked.forks).toBe(true);
  });

  it('and with everything else that plans can do', async () => {
    const inside = (hook: 'resid_mid' | 'attn_out' | 'mlp_out', layer: number) => {
      const { terms } = plan(0.5, [layer]);
      return {
        ...emptyPlan,
        terms: terms.map((term) => ({ ...term, sites: term.sites.map((site) => ({ ...site, hook })) })),
      };
    };
    const cells = cellsOf({
      everywhere: plan(-0.6, [3], { scope: everywhere }),
      layers: plan(0.4, [4, 6, 7]),
      held: plan(0.4, [2], { operator: 'clamp' }),
      ablated: plan(1, [5], { operator: 'ablate', scope: everywhere }),
      mid: inside('resid_mid', 4),
      attention: inside('attn_out', 0),
      mlp: inside('mlp_out', 7),
      faded: plan(0.8, [5], {
        scope: {
          ...generated,
          curve: [
            { at: 0, factor: 1 },
            { at: 6, factor: 0 },
          ],
        },
      }),
      none: emptyPlan,
    });
    expect((await bothWays(cells, temperature)).forked.forks).toBe(true);
  });
});

it('writes in two lanes where the unsteered model is asked with a longer prompt, and in one where with another as long', async () => {
  const referred = (reference: string) => cellsOf(everyLayer, prompts.slice(1)).map((cell) => ({ ...cell, reference }));
  expect((await bothWays(referred('Once upon a time'), 0)).forked.forks).toBe(false);
  const same = referred(prompts[2]!).filter(({ prompt }) => prompt === prompts[2]);
  await bothWays([...same, ...cellsOf(everyLayer, ['The dog was'])], 0);
});

it('the graph is not opened once more for a few texts', async () => {
  const own = await openBundled();
  const take = vi.spyOn(own.forks, 'take');
  const sampling = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, maxNewTokens: 2 };
  const request = { task: 'task', cells: cellsOf(everyLayer, ['She']), sampling, probes: [], targets: null };
  const { tokens } = await sweep(
    own,
    request,
    new Task(),
    () => undefined,
    (piece) => piece(),
  );
  expect(tokens).toBeGreaterThan(0);
  expect(take).not.toHaveBeenCalled();
  await own.close();
});

it('cancelled, it gives the graph back, and a model that is closed lets it go', async () => {
  const own = await openBundled();
  own.forks.leave((await own.forks.take(own, {}))!);
  const task = new Task();
  let turns = 0;
  const request = { task: 'task', cells: cellsOf(everyLayer), probes: [], targets: null } as const;
  const sampling = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, maxNewTokens: 8 };
  const call = sweep(
    own,
    { ...request, sampling },
    task,
    () => undefined,
    (piece) => {
      if (++turns === 12) task.cancel();
      return piece();
    },
  );
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  expect(own.forks.isOpen).toBe(true);
  expect(own.forks.isUsed).toBe(false);
  await own.close();
  expect(own.forks.isOpen).toBe(false);
});
