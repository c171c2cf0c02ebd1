import type { FittedDirection } from '../directions/direction.js';

export interface NamedTensor {
  readonly name: string;
  /** [d] */
  readonly values: Float32Array;
}

/**
 * A name for every vector of these directions: `layer.<N>.<hook>`, behind `direction.<index>.` when there are several.
 * Vectors of positions and of transport follow as `….position.<P>`, `….transport.scale` and `….transport.shift`.
 */
export function tensorsOf(directions: readonly FittedDirection[]): readonly NamedTensor[] {
  return directions.flatMap(({ hook, layers }, index) =>
    layers.flatMap(({ layer, vector, positions, transport }) => {
      const name = vectorName(directions.length, index, layer, hook);
      return [
        { name, values: vector },
        ...(positions ?? []).map((position, at) => ({ name: `${name}.position.${at}`, values: position.vector })),
        ...(transport
          ? [
              { name: `${name}.transport.scale`, values: transport.scale },
              { name: `${name}.transport.shift`, values: transport.shift },
            ]
          : []),
      ];
    }),
  );
}

/** @param count how many directions the file has */
export function vectorName(count: number, index: number, layer: number, hook: string): string {
  return `${count > 1 ? `direction.${index}.` : ''}layer.${layer}.${hook}`;
}

/** Whether a name that {@link vectorName} gave is of a layer. */
export function isOfLayer(name: string, layer: number): boolean {
  return /(?:^|\.)layer\.(\d+)\./.exec(name)?.[1] === String(layer);
}
