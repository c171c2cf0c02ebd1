import { readFileSync } from 'node:fs';
import type { FittedDirection } from '../../../src/core/directions/direction.js';
import { controlVectorsOf, formats, type Board } from '../../../src/core/formats/index.js';
import { tensorsOf } from '../../../src/core/formats/tensor-names.js';
import type { SnippetInput } from '../../../src/core/snippets/index.js';
import { defaultSampling } from '../../../src/core/sampling.js';
import type { Plan, PlanTerm, Scope } from '../../../src/core/steering/plan.js';

/** What PyTorch says of the bundled model; the conventions are in the file. */
interface Tales {
  readonly vectors: readonly (readonly number[])[];
  readonly direction: { readonly scale: readonly number[]; readonly residual_norm: readonly number[] };
  readonly steered_prompt: string;
  readonly steered: readonly {
    readonly operator: 'add' | 'ablate' | 'clamp';
    readonly layers: readonly number[];
    readonly strength: number;
    readonly scope: Scope;
    readonly greedy: { readonly ids: readonly number[] };
  }[];
}
export const tales = JSON.parse(readFileSync(new URL('../../golden/tales.json', import.meta.url), 'utf8')) as Tales;

export const model = { id: 'tales', revision: null, dtype: 'fp32', family: 'llama', layers: 8, width: 192 };

/** The golden direction at every layer. */
export const direction: FittedDirection = {
  model,
  hook: 'resid_post',
  source: { method: 'mean-difference', options: {}, texts: null },
  layers: tales.vectors.map((vector, layer) => ({
    layer,
    vector: Float32Array.from(vector),
    scale: tales.direction.scale[layer]!,
    residualNorm: tales.direction.residual_norm[layer]!,
    separation: null,
  })),
};

const everywhere: Scope = { prompt: true, generated: true };
function term(operator: PlanTerm['operator'], strength: number, layers: readonly number[], scope: Scope): PlanTerm {
  const sites = layers.map((layer) => ({ ...direction.layers[layer]! }));
  return {
    operator,
    strength,
    scope,
    sites: sites.map(({ layer, vector, residualNorm }) => ({ layer, vector, residualNorm })),
  };
}
const planOf = (...terms: readonly PlanTerm[]): Plan => ({ terms, steerSpecialTokens: false });

/** Plans that are run as programs and on the page. */
export const cases: Readonly<Record<string, Plan>> = {
  add: planOf(term('add', 0.6, [3], everywhere)),
  'add-several': planOf(term('add', -0.3, [2, 3, 4], everywhere)),
  'add-prompt': planOf(term('add', 0.8, [3], { prompt: true, generated: false })),
  'add-special': { ...planOf(term('add', 0.6, [1], everywhere)), steerSpecialTokens: true },
  ablate: planOf(term('ablate', 0, [1, 2, 3, 4, 5], everywhere)),
  'ablate-generated': planOf(term('ablate', 0, [2, 3, 4], { prompt: false, generated: true })),
  'clamp-and-add': planOf(
    term('clamp', 0.5, [3, 5], everywhere),
    term('add', 0.2, [2, 3], { prompt: false, generated: true }),
  ),
};

/** With a second direction, the one of another layer, and a reference mean. */
function related(operator: PlanTerm['operator'], strength: number, options: PlanTerm['options'] = {}): PlanTerm {
  const plain = term(operator, strength, [4], everywhere);
  const second = direction.layers[1]!.vector;
  return { ...plain, options, sites: plain.sites.map((site) => ({ ...site, second, centre: -20 })) };
}

/** Layers and tokens in which a direction is taken out in part, with what acts beside it. */
function partly(factors: Readonly<Record<number, number>>, curve: Scope['curve'] = []): PlanTerm {
  const plain = term('ablate', 0, Object.keys(factors).map(Number), { ...everywhere, curve });
  return { ...plain, sites: plain.sites.map((site) => ({ ...site, factor: factors[site.layer]! })) };
}
const capped = (strength: number, side: 'above' | 'below'): PlanTerm => ({
  ...term('cap', strength, [2, 4], everywhere),
  options: { side },
});

/** Every other operator, on the page and as a program. */
export const others: Readonly<Record<string, Plan>> = {
  'add-keep-norm': planOf(term('add-keep-norm', 0.9, [3, 4], everywhere)),
  cap: planOf({ ...term('cap', 0.05, [2, 4], everywhere), options: { side: 'below' } }),
  'cap-both-sides': planOf(capped(0.6, 'above'), capped(0.5, 'below')),
  'ablate-shares': planOf(
    partly({ 1: 0.5, 2: 1, 3: 2, 4: -0.6 }),
    term('add', 0.4, [2], { prompt: false, generated: true }),
  ),
  'ablate-curve': planOf(
    partly({ 1: 1, 2: 1, 3: 1, 4: 1, 5: 1 }, [
      { at: 0, factor: 4 },
      { at: 12, factor: 0 },
    ]),
  ),
  affine: planOf(related('affine', 0.4)),
  scale: planOf(term('scale', -1.5, [3, 5], everywhere)),
  swap: planOf(related('swap', 0)),
  spherical: planOf(term('spherical', 0.3, [3], everywhere)),
  angular: planOf(related('angular', 60)),
  'angular-adaptive': planOf(related('angular', -100, { adaptive: true })),
};

/** Those that recipes/export ran in a Llama of its own: its tokens are in tales.json. */
export const published: Readonly<Record<string, Plan>> = Object.fromEntries(
  tales.steered.map((it, index) => [`published-${index}`, planOf(term(it.operator, it.strength, it.layers, it.scope))]),
);

/** One whose ranges, curve and condition only newer workers know. */
export const beyond: Readonly<Record<string, Plan>> = {
  'last-two-and-curve': planOf(
    term('add', 0.7, [3], {
      prompt: true,
      generated: true,
      promptRange: { kind: 'last', count: 2 },
      curve: [
        { at: 0, factor: 1 },
        { at: 8, factor: 0 },
        { at: 20, factor: -0.5 },
      ],
    }),
  ),
  'first-window': planOf(
    term('add', 0.9, [2], {
      prompt: true,
      generated: true,
      promptRange: { kind: 'first', count: 4 },
      generatedRange: { kind: 'window', from: 3, to: 9 },
    }),
  ),
  condition: planOf({
    ...term('add', 0.7, [3], everywhere),
    condition: { layer: 2, vector: direction.layers[2]!.vector, figure: 'alignment', side: 'below', threshold: 0.9 },
  }),
  'condition-not-met': planOf({
    ...term('add', 0.7, [3], everywhere),
    condition: { layer: 2, vector: direction.layers[2]!.vector, figure: 'projection', side: 'above', threshold: 0.9 },
  }),
};

export const board: Board = {
  directions: [
    {
      name: 'happy',
      direction,
      plan: { enabled: true, operator: 'add', strength: 0.6, layers: { from: 3, to: 3 }, scope: everywhere },
    },
  ],
  steerSpecialTokens: false,
  prompt: tales.steered_prompt,
};

export function vectorsFile(): Uint8Array {
  const [file] = formats.find(({ name }) => name === 'safetensors')!.write(board, { magnitude: 'natural' });
  return file!.content as Uint8Array;
}

export function inputOf(plan: Plan, change: Partial<SnippetInput> = {}): SnippetInput {
  const names = new Map(tensorsOf([direction]).map(({ name, values }) => [values, [name]] as const));
  return {
    model,
    directions: ['happy'],
    prompt: tales.steered_prompt,
    sampling: { ...defaultSampling, temperature: 0, repetitionPenalty: 1, maxNewTokens: 32 },
    plan,
    vectors: { fileName: 'steerboard.safetensors', names },
    controlVectors: controlVectorsOf(board),
    ...change,
  };
}
