import { mersenne } from 'pure-rand/generator/mersenne';

/** Draws uniform numbers in [0, 1). */
export type UniformSource = () => number;

/**
 * MT19937 with 53-bit doubles, seeded as in the authors' `init_genrand` and read as in their `genrand_res53`: the same
 * numbers as `numpy.random.RandomState(seed).random_sample()`, so that a draw can be checked outside this project. (The
 * smaller xor-shift generators of pure-rand begin with almost the same draws for all small seeds.)
 *
 * @param seed an integer; its low 32 bits count.
 */
export function uniformSource(seed: number): UniformSource {
  const generator = mersenne(seed | 0);
  return () => {
    const high = generator.next() >>> 5;
    const low = generator.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/** Independent standard normal values [length] by Box and Muller (1958). */
export function gaussianVector(length: number, uniform: UniformSource): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < length) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
