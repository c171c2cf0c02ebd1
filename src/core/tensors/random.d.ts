/** Draws uniform numbers in [0, 1). */
export type UniformSource = () => number;
/**
 * MT19937 with 53-bit doubles, seeded as in the authors' `init_genrand` and read as in their `genrand_res53`: the same
 * numbers as `numpy.random.RandomState(seed).random_sample()`, so that a draw can be checked outside this project. (The
 * smaller xor-shift generators of pure-rand begin with almost the same draws for all small seeds.)
 *
 * @param seed an integer; its low 32 bits count.
 */
export declare function uniformSource(seed: number): UniformSource;
/** Independent standard normal values [length] by Box and Muller (1958). */
export declare function gaussianVector(length: number, uniform: UniformSource): Float64Array;
