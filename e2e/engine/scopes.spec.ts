/** At which tokens a plan acts, and how much, against what the unsteered model leaves there: on the bundled model. */
import type { Page } from '@playwright/test';
import type { Scope } from '../../src/core/steering/plan.js';
import {
  addPlan,
  everywhere,
  expect,
  forward,
  generatedOnly,
  golden,
  goldenSite,
  noPlan,
  relativeError,
  test,
} from './fixtures.js';
import type { PlainCondition, PlainPlan } from './harness.js';

const { text: prompt, ids: promptIds } = golden.prompts[0]!;
const layer = 3;
const strength = 0.5;
const site = goldenSite(layer);
const alpha = strength * site.residualNorm;
const promptOnly = { prompt: true, generated: false };
const near = 2e-4;

/** Prompt and some of what the model goes on with. */
const ids = [...promptIds, ...golden.prompts[0]!.greedy.ids.slice(0, 6)];
const promptLength = promptIds.length;

interface Case {
  readonly name: string;
  readonly scope: Scope;
  /** What the strength is multiplied by at a token; negative `generated`: it is the prompt's. */
  readonly factor: (position: number, generated: number) => number;
}
const cases: readonly Case[] = [
  {
    name: 'the prompt’s last two',
    scope: { ...promptOnly, promptRange: { kind: 'last', count: 2 } },
    factor: (_, generated) => +(generated === -1 || generated === -2),
  },
  {
    name: 'a window of each part',
    scope: {
      ...everywhere,
      promptRange: { kind: 'window', from: 2, to: 4 },
      generatedRange: { kind: 'window', from: 1, to: 3 },
    },
    factor: (position, generated) => +(position === 2 || position === 3 || generated === 1 || generated === 2),
  },
  {
    name: 'the first three generated',
    scope: { ...generatedOnly, generatedRange: { kind: 'first', count: 3 } },
    factor: (_, generated) => +(generated >= 0 && generated < 3),
  },
  {
    name: 'a curve that fades in and turns over',
    scope: { ...generatedOnly, curve: [0, 4].map((at) => ({ at, factor: at === 0 ? -1 : 1 })) },
    factor: (_, generated) => (generated < 0 ? 0 : Math.min(1, -1 + generated / 2)),
  },
];

function withScope(scope: Scope, change: Partial<PlainPlan['terms'][number]> = {}): PlainPlan {
  const plan = addPlan(strength, everywhere, [layer]);
  return { ...plan, terms: [{ ...plan.terms[0]!, scope, ...change }] };
}

async function specialOf(page: Page): Promise<readonly boolean[]> {
  return (await page.evaluate((text) => window.engine.remote.tokenize(text), prompt)).special;
}

for (const { name, scope, factor } of cases) {
  test(`${name}: h + α v̂ where it acts, h elsewhere, at every layer up to the hook`, async ({ page, engine }) => {
    const { layers, width } = engine.loaded.shape;
    const special = await specialOf(page);
    const plain = await forward(page, { ids, promptLength, plan: noPlan });
    const steered = await forward(page, { ids, promptLength, plan: withScope(scope) });
    ids.forEach((_, position) => {
      const generated = position - promptLength;
      const wanted = special[position] ? 0 : factor(position, generated);
      for (let at = 0; at <= layer; at++) {
        const residual = ({ residuals }: typeof plain) => {
          const start = (position * layers + at) * width;
          return residuals.subarray(start, start + width);
        };
        const added = at === layer ? wanted * alpha : 0;
        const expected = residual(plain).map((value, i) => value + added * site.vector[i]!);
        expect(relativeError(residual(steered), expected), `token ${position}, layer ${at}`).toBeLessThan(near);
      }
    });
    // What comes after is changed by it: the plan did act.
    const last = (it: typeof plain) => it.residuals.subarray(-width);
    expect(relativeError(last(steered), last(plain))).toBeGreaterThan(1e-3);
  });
}

test('a text that is written token by token is what one run over it says', async ({ page, engine }) => {
  const { layers, width, vocabulary } = engine.loaded.shape;
  const tokens = engine.device === 'wasm' ? 12 : 5;
  const rows = {
    ...Object.fromEntries(cases.map(({ name, scope }) => [name, withScope(scope)])),
    // Two at once, one of which changes from token to token.
    both: {
      ...noPlan,
      terms: [...withScope(cases[3]!.scope).terms, ...addPlan(0.3, everywhere, [layer, layer + 1]).terms],
    },
    ablated: withScope({ ...everywhere, generatedRange: { kind: 'window', from: 2, to: 4 } }, { operator: 'ablate' }),
  };
  const written = await page.evaluate(
    ([prompt, rows, most]) => window.engine.write({ prompt, rows, sampling: { maxNewTokens: most } }),
    [prompt, rows, tokens] as const,
  );
  for (const [name, plan] of Object.entries(rows)) {
    const row = written.rows[name]!;
    const all = [...row.promptIds, ...row.ids];
    const once = await forward(page, { ids: all, promptLength: row.promptIds.length, plan });
    all.forEach((_, position) => {
      const norms = Array.from({ length: layers }, (_, at) => {
        const start = (position * layers + at) * width;
        return Math.hypot(...once.residuals.subarray(start, start + width));
      });
      expect(relativeError(row.norms[position]!, norms), `${name}, token ${position}`).toBeLessThan(near);
    });
    row.logProbabilities.forEach((logProbability, index) => {
      const at = row.promptIds.length + index - 1;
      const logits = once.logits.subarray(at * vocabulary, (at + 1) * vocabulary);
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      expect(Math.abs(logits[row.ids[index]!]! - Math.log(total) - logProbability), name).toBeLessThan(2e-3);
    });
  }
});

test('a vector a position (Activation Addition) is added at its own token', async ({ page, engine }) => {
  const { layers, width } = engine.loaded.shape;
  const special = await specialOf(page);
  const vectors = [0, 1, 2, 3].map((at) => golden.vectors[at]!);
  const plan: PlainPlan = {
    ...noPlan,
    terms: vectors.map((vector, from) => ({
      operator: 'add',
      strength: 1,
      scope: { ...promptOnly, promptRange: { kind: 'window', from, to: from + 1 } },
      sites: [{ ...site, vector, factor: (1 + from) / 10 }],
    })),
  };
  const plain = await forward(page, { ids, promptLength, plan: noPlan });
  const steered = await forward(page, { ids, promptLength, plan });
  ids.forEach((_, position) => {
    const start = (position * layers + layer) * width;
    const size = special[position] ? 0 : (site.residualNorm * (1 + position)) / 10;
    const residual = ({ residuals }: typeof plain) => residuals.subarray(start, start + width);
    const expected = residual(plain).map((value, i) => value + size * (vectors[position]?.[i] ?? 0));
    expect(relativeError(residual(steered), expected), `token ${position}`).toBeLessThan(near);
  });
});

test('a condition is measured on the unsteered prompt, and decides', async ({ page, engine }) => {
  const { layers, width } = engine.loaded.shape;
  const special = await specialOf(page);
  const plain = await forward(page, { ids: promptIds, promptLength, plan: noPlan });
  const mean = Array.from({ length: width }, (_, i) =>
    promptIds.reduce((sum, _id, at) => sum + (special[at] ? 0 : plain.residuals[(at * layers + 4) * width + i]!), 0),
  );
  const vector = golden.vectors[4]!;
  const along = mean.reduce((sum, value, i) => sum + value * vector[i]!, 0);
  const figure = along / (Math.hypot(...mean) * Math.hypot(...vector));
  const above = (threshold: number): PlainCondition => ({
    layer: 4,
    vector,
    figure: 'alignment',
    side: 'above',
    threshold,
  });
  const projection: PlainCondition = { ...above(Math.abs(figure) + 0.01), figure: 'projection', side: 'below' };
  const rows = {
    holds: withScope(everywhere, { condition: above(figure - 0.01) }),
    fails: withScope(everywhere, { condition: above(figure + 0.01) }),
    projection: withScope(everywhere, { condition: projection }),
    always: withScope(everywhere),
    never: noPlan,
  };
  const tokens = engine.device === 'wasm' ? 10 : 4;
  const { rows: texts } = await page.evaluate(
    ([prompt, rows, most]) => window.engine.write({ prompt, rows, sampling: { maxNewTokens: most } }),
    [prompt, rows, tokens] as const,
  );
  for (const [name, outcome] of [
    ['holds', { figure, holds: true }],
    ['fails', { figure, holds: false }],
    ['projection', { figure: Math.abs(figure), holds: true }],
  ] as const) {
    const found = texts[name]!.conditions;
    expect(found).toHaveLength(1);
    expect(found[0]!.holds).toBe(outcome.holds);
    expect(found[0]!.figure).toBeCloseTo(outcome.figure, 4);
    expect(texts[name]!.ids).toEqual(texts[outcome.holds ? 'always' : 'never']!.ids);
    expect(texts[name]!.norms).toEqual(texts[outcome.holds ? 'always' : 'never']!.norms);
  }
  expect(texts['never']!.norms).not.toEqual(texts['always']!.norms);
});
