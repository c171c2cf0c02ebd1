/** What formulas can do with directions beside + − * /. Each takes natural vectors [d] and gives one. */
import { addScaled, dot, meanOf, norm, type Numbers } from '../tensors/vector.js';
import { refused } from './refused.js';

export type Vector = Numbers;

export interface Combiner {
  readonly name: string;
  /** How it is written, for people. */
  readonly usage: string;
  /** A sentence for people. */
  readonly description: string;
  /** Fewest and most arguments. */
  readonly least: number;
  readonly most: number;
  /** @throws SteerboardError `expression-invalid` for arguments of the wrong kind */
  combine(values: readonly (number | Vector)[]): Vector;
}

export const combiners: readonly Combiner[] = [
  {
    name: 'average',
    usage: 'average(a, b, …)',
    description: 'The mean of natural vectors.',
    least: 1,
    most: 100,
    combine: (values) => meanOf(values.map(direction)),
  },
  {
    name: 'unit',
    usage: 'unit(a)',
    description: 'The direction with length 1.',
    least: 1,
    most: 1,
    combine: ([a]) => {
      const vector = direction(a);
      return scaledBy(vector, 1 / lengthOf(vector, 'unit'));
    },
  },
  {
    name: 'orth',
    usage: 'orth(a, b)',
    description: 'a − (a·b̂) b̂: what a has that is not along b.',
    least: 2,
    most: 2,
    combine: ([a, b]) => rest(direction(a), unitOf(direction(b), 'orth')),
  },
  {
    name: 'along',
    usage: 'along(a, b)',
    description: '(a·b̂) b̂: what a has along b.',
    least: 2,
    most: 2,
    combine: ([a, b]) => {
      const unit = unitOf(direction(b), 'along');
      return scaledBy(unit, dot(direction(a), unit));
    },
  },
  {
    name: 'rotate',
    usage: 'rotate(a, b, degrees)',
    description: 'a turned towards b in the plane of both, with a’s length; 90 is at a right angle to a.',
    least: 3,
    most: 3,
    combine: ([a, b, angle]) => {
      const from = direction(a);
      if (typeof angle !== 'number') throw refused('The third value of rotate is a number of degrees.');
      const length = lengthOf(from, 'rotate');
      const first = scaledBy(from, 1 / length);
      const across = rest(direction(b), first);
      // Along one line there is no plane to turn in.
      if (norm(across) <= 1e-9 * norm(direction(b)))
        throw refused('rotate needs two directions that are not on one line.');
      const second = unitOf(across, 'rotate');
      const radians = (angle * Math.PI) / 180;
      const turned = scaledBy(first, length * Math.cos(radians));
      addScaled(turned, second, length * Math.sin(radians));
      return turned;
    },
  },
];

export function combinerNamed(name: string): Combiner | undefined {
  return combiners.find((combiner) => combiner.name === name);
}

function direction(value: number | Vector | undefined): Vector {
  if (value === undefined || typeof value === 'number') throw refused('A function takes directions, not numbers.');
  return value;
}

function lengthOf(vector: Vector, name: string): number {
  const length = norm(vector);
  if (length === 0) throw refused(`${name} cannot take a direction of length 0.`);
  return length;
}

function unitOf(vector: Vector, name: string): Float64Array {
  return scaledBy(vector, 1 / lengthOf(vector, name));
}

function rest(vector: Vector, unit: Vector): Float64Array {
  const left = Float64Array.from(vector);
  addScaled(left, unit, -dot(left, unit));
  return left;
}

function scaledBy(vector: Vector, factor: number): Float64Array {
  return Float64Array.from(vector, (value) => value * factor);
}
