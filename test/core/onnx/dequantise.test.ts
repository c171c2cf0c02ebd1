/** Weights in every form that exporters quantise them to, against what onnxruntime computes with them (recipes/weights). */
import { describe, expect, test } from 'vitest';
import { floatsOf } from '../../../src/core/onnx/dequantise.js';
import { decodeModel, GraphIndex } from '../../../src/core/onnx/graph.js';
import { embeddingTable, isUnreadable, projectionOf, type Unreadable } from '../../../src/core/onnx/projections.js';
import type { ReadBytes } from '../../../src/core/onnx/tensorBytes.js';
import type { WeightMatrix } from '../../../src/core/onnx/weightMatrix.js';
import { readGolden } from '../../golden/read.js';

interface Case {
  readonly name: string;
  /** `product`: [in, out]; `table`: [ids, d]. */
  readonly kind: 'product' | 'table';
  readonly model: string;
  readonly shape: readonly [number, number];
  readonly matrix: string;
}

const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
const cases = readGolden<readonly Case[]>('dequantise');
const nothingBeside: ReadBytes = () => Promise.reject(new Error('no file beside'));

/** The matrix of the only product or look-up, and whether the graph uses its transpose. */
function found({ kind, model }: Case): { matrix: WeightMatrix; isTransposed: boolean } {
  const index = new GraphIndex(decodeModel(bytesOf(model)).graph);
  if (kind === 'table') return readable(embeddingTable(index));
  const products = index.graph.node.map((node) => projectionOf(index, node));
  const { matrix, inputsAre } = readable(products.find((it) => it !== null) ?? null);
  return { matrix, isTransposed: inputsAre === 'columns' };
}

function readable<Value extends object>(value: Value | Unreadable | null): Value {
  if (value === null || isUnreadable(value)) throw new Error(value?.unreadable ?? 'not found');
  return value;
}

describe.each(cases)('$name', (it) => {
  const [rows, columns] = it.shape;
  const expected = floatsOf(bytesOf(it.matrix), 1);
  const { matrix, isTransposed } = found(it);

  test('is what the runtime computes with', async () => {
    expect(isTransposed ? [matrix.columns, matrix.rows] : [matrix.rows, matrix.columns]).toEqual([rows, columns]);
    const values = await matrix.readRows(0, matrix.rows, nothingBeside);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = isTransposed ? column * rows + row : row * columns + column;
        const wanted = expected[row * columns + column]!;
        // Half results are rounded to 11 bits.
        const slack = it.name.includes('half scales') ? 2 ** -10 : 2e-6;
        expect(Math.abs(values[at]! - wanted)).toBeLessThanOrEqual(slack * Math.max(1, Math.abs(wanted)));
      }
    }
  });

  test('comes in blocks of rows as it does at once', async () => {
    const whole = await matrix.readRows(0, matrix.rows, nothingBeside);
    const blocks: number[] = [];
    for (let row = 0; row < matrix.rows; row += 3) {
      blocks.push(...(await matrix.readRows(row, Math.min(matrix.rows, row + 3), nothingBeside)));
    }
    expect(blocks).toEqual([...whole]);
  });
});
