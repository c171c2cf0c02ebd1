/** Strengths and layers as they are typed. */
import type { Span } from './setting.js';

/** What was understood, and what is wrong with the rest, for people; null when nothing is. */
export interface Typed<Value> {
  readonly values: readonly Value[];
  readonly problem: string | null;
}

/** Numbers with commas, semicolons or spaces between them, each once; both minus signs are read. */
export function strengthsIn(typed: string): Typed<number> {
  const parts = typed.split(/[\s,;]+/).filter((part) => part !== '');
  const values = parts.map((part) => Number(part.replace('−', '-')) + 0);
  const wrong = parts.find((_, index) => !Number.isFinite(values[index]));
  if (wrong !== undefined)
    return { values: [], problem: `“${wrong}” is no number. Write strengths such as −1, 0.5, 1.` };
  return { values: [...new Set(values)], problem: null };
}

/**
 * Layers that are tried by themselves, and spans that are steered together: "2, 4, 6–8" is three tries.
 *
 * @param layers how many the model has
 */
export function spansIn(typed: string, layers: number): Typed<Span> {
  const spans: Span[] = [];
  for (const part of typed.split(/[\s,;]+(?![-–])/).filter((it) => it !== '')) {
    const [, from, to] = /^(\d+)(?:[-–](\d+))?$/.exec(part) ?? [];
    if (from === undefined) {
      return { values: [], problem: `“${part}” is no layer. Write layers such as 2, 4, and spans such as 6-8.` };
    }
    const span: Span = [Number(from), Number(to ?? from)];
    if (span[1] >= layers || span[0] > span[1]) {
      return { values: [], problem: `“${part}” is not on this model: its layers are 0 to ${layers - 1}.` };
    }
    if (!spans.some(([a, b]) => a === span[0] && b === span[1])) spans.push(span);
  }
  return { values: spans, problem: null };
}

/** So many layers, spread evenly over those there are, the first and the last among them. */
export function spreadLayers(layers: readonly number[], most: number): readonly Span[] {
  const count = Math.min(most, layers.length);
  return Array.from({ length: count }, (_, index): Span => {
    const layer = layers[Math.round((index * (layers.length - 1)) / Math.max(1, count - 1))]!;
    return [layer, layer];
  });
}
