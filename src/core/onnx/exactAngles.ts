/**
 * Sines and cosines that err by less than 2⁻²⁰, for graphs that compute rotary angles with separate operators.
 *
 * WGSL allows its `sin` and `cos` an absolute error of 2⁻¹¹ within [−π, π] and says nothing beyond (its specification,
 * "accuracy of built-in functions"), where PyTorch and the CPU have about 2⁻²⁴. Sums and products it rounds correctly, so
 * they are computed from those, with h = x/2 reduced by whole multiples of π:
 *
 *     k = round(x / 2π)     h = x/2 − k π     s = sin h     c = cos h     sin x = 2 s c     cos x = 1 − 2 s²
 *
 * The multiple of π is subtracted in three parts (Cody and Waite, Software Manual for the Elementary Functions, 1980), of
 * which the first two have so few digits that their products with k < 2¹⁵ are exact. On |h| ≤ π/2 the Taylor series to h¹¹
 * and h¹² err by less than 6·10⁻⁸. A model has one pair for all layers: some 35 dispatches a step, of a thousand and more.
 */
import { create } from '@bufbuild/protobuf';
import { TensorProtoSchema, TensorProto_DataType, type GraphProto, type NodeProto } from 'onnx-buf';
import { GraphIndex, makeNode } from './graph.js';
import { typeOfTensor } from './tensorFacts.js';

/** π in parts, largest first: nine binary digits each, and what is left. Together they are π to 2⁻⁴⁵. */
const partsOfPi = [3.140625, 0.0009670257568359375, Math.PI - 3.140625 - 0.0009670257568359375] as const;

/** Coefficients of sin h / h and of cos h in powers of h², the constant 1 first. */
const sineSeries = series(6, 1);
const cosineSeries = series(7, 0);

function series(terms: number, shift: 0 | 1): readonly number[] {
  const values = [1];
  for (let n = 1; n < terms; n++) values.push(-values[n - 1]! / ((2 * n + shift - 1) * (2 * n + shift)));
  return values;
}

/** Replaces every Cos and Sin of float32 numbers, in the branches of an `If` too. @returns how many */
export function exactAngles(graph: GraphProto): number {
  const angles = new Angles(graph);
  let replaced = 0;
  graph.node = graph.node.flatMap((node) => {
    for (const { g } of node.attribute) if (g !== undefined) replaced += exactAngles(g);
    if (!angles.canReplace(node)) return [node];
    replaced++;
    return angles.replace(node);
  });
  return replaced;
}

/** What the sine and the cosine of an angle share is computed once. */
class Angles {
  private readonly index: GraphIndex;
  private readonly known = new Set<string>();
  private nodes: NodeProto[] = [];

  constructor(private readonly graph: GraphProto) {
    this.index = new GraphIndex(graph);
  }

  canReplace({ opType, domain, input: [angle = ''] }: NodeProto): boolean {
    if ((opType !== 'Cos' && opType !== 'Sin') || domain !== '') return false;
    return typeOfTensor(this.index, angle) === TensorProto_DataType.FLOAT;
  }

  replace({ opType, input, output }: NodeProto): readonly NodeProto[] {
    this.nodes = [];
    const [angle, result] = [input[0]!, output[0]!];
    const half = this.half(angle);
    const sine = this.sineOf(half, angle);
    if (opType === 'Sin') {
      const cosine = this.cosineOf(half, angle);
      const product = this.node('Mul', [sine, cosine], `${result}.product`);
      this.nodes.push(makeNode('Add', `steer.sine.${result}`, [product, product], [result]));
    } else {
      const square = this.node('Mul', [sine, sine], `${result}.square`);
      const twice = this.node('Add', [square, square], `${result}.twice`);
      this.nodes.push(makeNode('Sub', `steer.cosine.${result}`, [this.number(1), twice], [result]));
    }
    return this.nodes;
  }

  /** h, within ±π/2. */
  private half(angle: string): string {
    const turns = this.node('Mul', [angle, this.number(1 / (2 * Math.PI))], `${angle}.turns`);
    const whole = this.node('Round', [turns], `${angle}.whole`);
    let rest = this.node('Mul', [angle, this.number(0.5)], `${angle}.rest`);
    partsOfPi.forEach((part, at) => {
      const multiple = this.node('Mul', [whole, this.number(part)], `${angle}.multiple_${at}`);
      rest = this.node('Sub', [rest, multiple], `${angle}.rest_${at}`);
    });
    return rest;
  }

  private sineOf(half: string, angle: string): string {
    const sum = this.polynomial(sineSeries, this.square(half, angle), `${angle}.sine`);
    return this.node('Mul', [half, sum], `${angle}.sine`);
  }

  private cosineOf(half: string, angle: string): string {
    return this.polynomial(cosineSeries, this.square(half, angle), `${angle}.cosine`);
  }

  private square(half: string, angle: string): string {
    return this.node('Mul', [half, half], `${angle}.square`);
  }

  /** Σ coefficients[n] · zⁿ, the highest power first (Horner). */
  private polynomial(coefficients: readonly number[], z: string, name: string): string {
    return coefficients
      .slice(0, -1)
      .reduceRight(
        (sum, coefficient, at) =>
          this.node(
            'Add',
            [this.node('Mul', [sum, z], `${name}.times_${at}`), this.number(coefficient)],
            `${name}.plus_${at}`,
          ),
        this.number(coefficients.at(-1)!),
      );
  }

  /** Makes a node unless it is there; returns the name of what it computes. */
  private node(opType: string, input: string[], what: string): string {
    const name = `steer.angle.${what}`;
    if (!this.known.has(name)) this.nodes.push(makeNode(opType, name, input, [name]));
    this.known.add(name);
    return name;
  }

  /** A constant of the graph. */
  private number(value: number): string {
    const name = `steer.angle.number.${value}`;
    if (!this.known.has(name)) {
      const rawData = new Uint8Array(Float32Array.of(value).buffer);
      this.graph.initializer.push(
        create(TensorProtoSchema, { name, dataType: TensorProto_DataType.FLOAT, dims: [], rawData }),
      );
    }
    this.known.add(name);
    return name;
  }
}
