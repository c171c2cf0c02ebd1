/** Whatever a direction may hold is saved: each field of it, those that are optional too. */
import { expect, it } from 'vitest';
import { parseSnapshot, takeSnapshot } from '../../../src/app/engine/snapshot.js';
import { useDirections, type DirectionEntry, type Fit } from '../../../src/app/stores/directions.js';
import { contrastKinds, type ReadToken } from '../../../src/core/directions/direction.js';
import { hookNames } from '../../../src/core/onnx/hooks.js';
import { operatorNames, type TokenRange } from '../../../src/core/steering/plan.js';
import { uniformSource } from '../../../src/core/tensors/random.js';

/** With every field, so that a field that is added to a direction does not compile here until it is. */
type Full<Value> = Value extends Float32Array
  ? Value
  : Value extends readonly (infer Item)[]
    ? number extends Value['length']
      ? readonly Full<Item>[]
      : Value
    : Value extends object
      ? { readonly [Key in keyof Value]-?: Full<Value[Key]> }
      : Value;

const uniform = uniformSource(4);
const below = (count: number): number => Math.floor(uniform() * count);
const number = (): number => (uniform() - 0.5) * 10 ** (below(40) - 20);
const vector = (): Float32Array => Float32Array.from({ length: 1 + below(9) }, number);
const list = <Item>(item: () => Item): Item[] => Array.from({ length: below(4) }, item);
const oneOf = <Item>(items: readonly Item[]): Item => items[below(items.length)]!;
const text = (): string => oneOf(['', ' <b>', '↵ ü 😀', 'x'.repeat(below(1_500_000))]);
const options = () => ({ [`option ${below(9)}`]: oneOf([true, number(), text()]) });
const range = (): TokenRange =>
  oneOf([
    { kind: 'first', count: below(5_000_000) },
    { kind: 'window', from: below(9), to: 5_000_000 },
  ]);
const read = (): ReadToken =>
  oneOf([{ kind: 'last' }, { kind: 'mean' }, { kind: 'token', index: -below(9) }, { kind: 'after', marker: text() }]);

function texts(): Full<NonNullable<DirectionEntry['texts']>> {
  return {
    kind: oneOf(contrastKinds),
    positive: list(text),
    negative: list(text),
    questions: list(text),
    read: read() as Full<ReadToken>,
  };
}

function layer(): Full<Fit['direction']['layers'][number]> {
  return {
    layer: below(20_000),
    vector: vector(),
    scale: number(),
    residualNorm: number(),
    separation: oneOf([
      null,
      { auc: oneOf([NaN, uniform()]), accuracy: NaN, effectSize: oneOf([NaN, Infinity, -Infinity, number()]) },
    ]),
    means: { positive: number(), negative: number() },
    transport: { scale: vector(), shift: vector() },
    positions: list(() => ({ vector: vector(), scale: number() })),
  };
}

function fit(): Full<Fit> {
  return {
    version: text(),
    direction: {
      model: { id: text(), revision: oneOf([null, text()]), dtype: 'q4', family: 'llama', layers: 128, width: 16_384 },
      hook: oneOf(hookNames),
      source: { method: text(), options: options(), texts: oneOf([null, texts()]) },
      notes: list(text),
      layers: list(layer),
    },
  };
}

function entry(): Full<DirectionEntry> {
  return {
    id: crypto.randomUUID(),
    name: text(),
    opposite: text(),
    colour: below(30),
    texts: oneOf([null, texts()]),
    method: text(),
    methodOptions: options(),
    expression: oneOf([null, text()]),
    hook: oneOf(hookNames),
    fits: list(fit),
    enabled: uniform() < 0.5,
    operator: oneOf(operatorNames),
    strength: number(),
    operatorOptions: options(),
    secondId: oneOf([null, text()]),
    scope: {
      prompt: uniform() < 0.5,
      generated: uniform() < 0.5,
      promptRange: oneOf([range(), { kind: 'last', count: below(9) }]) as Full<TokenRange>,
      generatedRange: range() as Full<Exclude<TokenRange, { kind: 'last' }>>,
      curve: list(() => ({ at: below(5_000_000), factor: number() })),
    },
    condition: oneOf([
      null,
      {
        directionId: text(),
        layer: below(20_000),
        figure: oneOf(['projection', 'alignment'] as const),
        side: oneOf(['above', 'below'] as const),
        threshold: number(),
      },
    ]),
    layers: oneOf([null, [1, 20_000] as const]),
    layerFactors: oneOf([null, list(number)]),
  };
}

it('every field of a direction survives being saved and read', () => {
  const entries = Array.from({ length: 60 }, entry);
  useDirections.setState({ entries: entries as readonly DirectionEntry[], selectedId: entries[0]!.id });
  const read = parseSnapshot(structuredClone(takeSnapshot()));
  expect(read?.directions.entries).toEqual(entries);
});
