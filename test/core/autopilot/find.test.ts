import { expect, it } from 'vitest';
import { addedAt, find, randomDirections, type FindInput } from '../../../src/core/autopilot/index.js';
import type { FittedDirection } from '../../../src/core/directions/direction.js';
import { SteerboardError } from '../../../src/core/errors.js';
import { thresholds } from '../../../src/core/measures/index.js';
import type { MeasuredText } from '../../../src/core/outcomes/index.js';
import type { SettingCell } from '../../../src/core/sweeps/index.js';
import { dot, normalised } from '../../../src/core/tensors/vector.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';

const [layers, width, tokens] = [8, 32, 12];
const planted = normalised(gaussianVector(width, uniformSource(1)));

/** The planted direction turned a little, or any other one. */
function directionAlong(vector: Float32Array): FittedDirection {
  return {
    model: { id: 'toy', revision: null, dtype: 'fp32', family: 'llama', layers, width },
    hook: 'resid_post',
    source: { method: 'mean-difference', options: {}, texts: null },
    layers: Array.from({ length: layers }, (_, layer) => ({
      layer,
      vector,
      scale: 1,
      residualNorm: 1,
      separation: null,
    })),
  };
}

/**
 * Writes made-up texts: what is added along the planted direction shows in them, most at layer 3, and everything that is
 * added costs as its square. An instruction shows a little.
 */
function written({ id, plan, reference, on, seed }: SettingCell): MeasuredText & { readonly id: string } {
  let [push, cost] = [0, 0];
  for (const { strength, sites } of plan.terms)
    for (const { layer, vector } of sites) {
      push += strength * dot(vector, planted) * Math.exp(-0.5 * ((layer - 3) / 1.5) ** 2);
      cost += 8 * strength ** 2;
    }
  const luck = 0.05 * gaussianVector(1, uniformSource(seed * 100 + on + id.length))[0]!;
  const score = Math.tanh(2 * push) + (reference === undefined ? 0 : 0.1) + luck;
  const ids = Array.from({ length: tokens }, (_, token) => token);
  const all = (value: number) => new Float32Array(tokens).fill(value);
  return {
    id,
    ids,
    pieces: ids.map((token) => ` w${token}`),
    special: ids.map(() => false),
    kl: all(cost),
    baselineNll: all(2 + cost / 4),
    steeredNll: all(2),
    normRatio: new Float32Array(layers).fill(1),
    norms: new Float32Array(tokens * layers).fill(1),
    projections: new Float32Array(tokens * layers).fill(score),
    logOdds: null,
  };
}

function inputOf(directions: FindInput['directions'], change: Partial<FindInput> = {}): FindInput {
  return {
    directions,
    layers,
    budget: 1.5,
    choosing: { prompts: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], seeds: [1] },
    reporting: { prompts: ['i', 'j', 'k', 'l', 'm', 'n'], seeds: [2, 3] },
    reading: {
      choice: { effect: 'score', layer: 5, words: [], away: [] },
      probe: 0,
      probes: 1,
      layers,
      means: { positive: 1, negative: -1 },
    },
    instruction: 'Be so.',
    examples: ['So it is.'],
    write: (cells) => Promise.resolve(cells.map(written)),
    whole: {
      prompts: ['the page’s own'],
      seeds: [7],
      write: (cells) => Promise.resolve(cells.map(written)),
      accepted: { worst: 'within range', limits: thresholds },
    },
    onProgress: () => undefined,
    ...change,
  };
}

const useful = new Map([['mean-difference', directionAlong(planted)]]);

it('finds the planted layer and reports on other prompts and seeds, beside random directions and the prompt', async () => {
  const asked: SettingCell[] = [];
  const write: FindInput['write'] = (cells) => {
    asked.push(...cells);
    return Promise.resolve(cells.map(written));
  };
  const { search, report } = await find(inputOf(useful, { write }));
  const [from, to] = search.best!.arm.layers;
  expect(from <= 3 && to >= 3).toBe(true);
  expect(report!.lines.map(({ kind }) => kind)).toEqual(['found', 'random', 'instruction', 'examples']);
  const [found, random, instruction] = report!.lines;
  expect(found!.point.texts).toBe(12);
  expect(random!.point.texts).toBe(12 * randomDirections);
  expect(found!.point.effect).toBeGreaterThan(0.3);
  // The control costs as much, as it is as long, and does nothing.
  expect(random!.point.cost).toBeCloseTo(found!.point.cost, 4);
  expect(Math.abs(random!.point.effect)).toBeLessThan(0.3);
  expect(instruction!.point.effect).toBeCloseTo(0.1, 1);
  expect(report!.gain.works).toBe(true);
  expect(report!.texts).toHaveLength(6);
  expect(report!.texts[0]!.steered).toMatch(/^ w0 w1/);

  const chosenOn = new Set(asked.filter(({ seed }) => seed === 1).map(({ prompt }) => prompt));
  const reportedOn = new Set(asked.filter(({ seed }) => seed !== 1).map((cell) => cell.reference ?? cell.prompt));
  expect([...chosenOn].filter((prompt) => reportedOn.has(prompt))).toEqual([]);
  // Nothing is written twice.
  expect(new Set(asked.filter(({ seed }) => seed === 1).map(({ id }) => id)).size).toBe(
    asked.filter(({ seed }) => seed === 1).length,
  );
});

it('reports what one began with on the same prompts and seeds', async () => {
  const labels: string[] = [];
  const direction = directionAlong(planted);
  const asSet = { plan: addedAt(direction, [3, 3], 0.05), layers: [3, 3], strength: 0.05 } as const;
  const { report } = await find(
    inputOf(new Map([['mean-difference', direction]]), { asSet, onProgress: ({ label }) => labels.push(label) }),
  );
  expect(report!.lines.map(({ kind }) => kind)).toEqual(['found', 'asSet', 'random', 'instruction', 'examples']);
  const [found, before] = report!.lines;
  expect(before!.point.texts).toBe(12);
  expect(before!.point.effect).toBeLessThan(found!.point.effect);
  expect(before!.point.cost).toBeLessThan(found!.point.cost);
  expect(labels.map((label) => label[0]).filter((step, index, all) => step !== all[index - 1])).toEqual([
    '1',
    '2',
    '3',
  ]);
});

it('tries, settles and reports at the tokens that are asked for, as random directions do', async () => {
  const scope = { prompt: false, generated: true };
  const steered: SettingCell[] = [];
  const write: FindInput['write'] = (cells) => {
    steered.push(...cells.filter(({ plan }) => plan.terms.length > 0));
    return Promise.resolve(cells.map(written));
  };
  const input = inputOf(useful, { scope, write });
  const { report } = await find({ ...input, whole: { ...input.whole, write } });
  expect(report).not.toBeNull();
  expect(new Set(steered.map(({ seed }) => seed))).toEqual(new Set([1, 2, 3, 7]));
  for (const { plan } of steered) expect(plan.terms.map((term) => term.scope)).toEqual([scope]);
});

it('says that nothing works where the best direction does no more than random ones', async () => {
  const other = gaussianVector(width, uniformSource(2));
  const along = dot(other, planted);
  const away = normalised(other.map((value, index) => value - along * planted[index]!));
  const { report } = await find(inputOf(new Map([['mean-difference', directionAlong(away)]])));
  expect(report!.gain.works).toBe(false);
});

it('calls broken what the user calls broken', async () => {
  const limits = { ...thresholds, meanKl: { strained: 0.1, broken: 0.4 } };
  const strict = await find(inputOf(useful, { limits }));
  const usual = await find(inputOf(useful));
  expect(usual.search.best!.outcome.cost).toBeGreaterThan(0.4);
  expect(strict.search.best!.outcome.cost).toBeLessThan(0.4);
  // The control costs as much as what was found.
  expect(strict.report!.lines[1]!.judgement.verdict).toBe('strained');
  expect(usual.report!.lines[1]!.judgement.verdict).not.toBe('broken');
});

it('has no report when nothing is affordable, and when it is cancelled', async () => {
  const dear = await find(inputOf(useful, { budget: -1 }));
  expect([dear.search.best, dear.report]).toEqual([null, null]);
  for (const after of [2, 4]) {
    let calls = 0;
    const write: FindInput['write'] = (cells) =>
      ++calls > after
        ? Promise.reject(new SteerboardError('cancelled', 'Cancelled.'))
        : Promise.resolve(cells.map(written));
    const cancelled = await find(inputOf(useful, { write }));
    expect(cancelled.search.ended).toBe('cancelled');
    expect(cancelled.search.best).not.toBeNull();
    expect(cancelled.report).toBeNull();
  }
});

it('texts that failed are left out', async () => {
  const write: FindInput['write'] = (cells) => Promise.resolve(cells.filter(({ on }) => on !== 0).map(written));
  const { report } = await find(inputOf(useful, { write }));
  expect(report!.lines[0]!.point.texts).toBe(10);
  expect(report!.texts[0]).toEqual({ prompt: 'i', baseline: '', steered: '' });
});

it('lowers the strength until whole texts are in an accepted state, and no further', async () => {
  // Whole texts cost twice what their beginnings do.
  const whole = {
    ...inputOf(useful).whole,
    write: (cells: readonly SettingCell[]) =>
      Promise.resolve(
        cells.map((cell) => {
          const text = written(cell);
          return { ...text, kl: text.kl.map((value) => 2 * value) };
        }),
      ),
  };
  const plain = await find(inputOf(useful));
  expect(plain).toMatchObject({ loweredFrom: null, accepted: true });
  const careful = await find(inputOf(useful, { whole }));
  const chosen = plain.search.best!.strength;
  expect(careful.loweredFrom).toBe(chosen);
  expect(careful.accepted).toBe(true);
  // What it costs goes with the square: at √½ of the strength it is what it was, within a tenth of the strength.
  const share = careful.search.best!.strength / chosen;
  expect(share).toBeGreaterThan(0.55);
  expect(share).toBeLessThan(0.85);
  const [found] = careful.report!.lines;
  expect(found!.point.cost).toBeLessThan(plain.report!.lines[0]!.point.cost);
});

it('says when no strength that was tried is accepted', async () => {
  const whole = {
    ...inputOf(useful).whole,
    write: (cells: readonly SettingCell[]) =>
      Promise.resolve(cells.map((cell) => ({ ...written(cell), kl: new Float32Array(tokens).fill(9) }))),
  };
  expect((await find(inputOf(useful, { whole }))).accepted).toBe(false);
});
