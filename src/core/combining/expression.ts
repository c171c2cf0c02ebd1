/**
 * Directions as terms of a formula, such as `happy - sad + 0.5 * formal`. A name stands for the direction's natural vector
 * (scale · v̂) at each layer, so that a sum weighs its parts by what was found; `unit(…)` takes the size away.
 */
import jsep, { type Expression } from 'jsep';
import type { SteerboardError } from '../errors.js';
import { addScaled } from '../tensors/vector.js';
import { combiners, combinerNamed, type Vector } from './combiners.js';
import { withName, withPlainSigns } from './names.js';
import { refused } from './refused.js';

/** A formula that was understood. */
export interface ParsedExpression {
  readonly tree: Expression;
  /** The names that it uses, each once, in order. */
  readonly names: readonly string[];
}

const longest = 2000;

/**
 * Names are letters, digits and underscores, or anything in quotes.
 *
 * @throws SteerboardError `expression-invalid`, with what is wrong and where
 */
export function parseExpression(text: string): ParsedExpression {
  if (text.trim() === '') throw refused('Write a formula over the names of directions, such as happy - sad.');
  if (text.length > longest)
    throw refused(`The formula is longer than ${longest} characters. Combine in several steps.`);
  let tree: Expression;
  try {
    tree = jsep(withPlainSigns(text));
  } catch (error) {
    const { description, index } = error as { description?: string; index?: number };
    const where = index === undefined ? '' : ` at character ${index + 1}`;
    throw refused(`The formula cannot be read${where}: ${description ?? String(error)}.`);
  }
  const names = new Set<string>();
  check(tree, names);
  return { tree, names: [...names] };
}

type Value = number | Vector;

/**
 * The value at one layer.
 *
 * @param vectorOf the natural vector [d] of a name
 * @returns [d], in double
 * @throws SteerboardError `expression-invalid` where a number stands for a direction or the other way round
 */
export function evaluateExpression(
  { tree }: ParsedExpression,
  vectorOf: (name: string) => Vector,
): Float64Array<ArrayBufferLike> {
  const value = evaluate(tree, vectorOf);
  if (typeof value === 'number') throw refused('The formula is a number. Name at least one direction in it.');
  return Float64Array.from(value);
}

function check(node: Expression, names: Set<string>): void {
  switch (node.type) {
    case 'Literal': {
      const { value } = node as jsep.Literal;
      if (typeof value === 'string') names.add(value);
      else if (typeof value !== 'number' || !Number.isFinite(value)) throw refused(`${String(value)} is no number.`);
      return;
    }
    case 'Identifier':
      names.add((node as jsep.Identifier).name);
      return;
    case 'UnaryExpression': {
      const { operator, argument } = node as jsep.UnaryExpression;
      if (operator !== '-' && operator !== '+') throw unknownSign(operator);
      return check(argument, names);
    }
    case 'BinaryExpression': {
      const { operator, left, right } = node as jsep.BinaryExpression;
      if (!['+', '-', '*', '/'].includes(operator)) throw unknownSign(operator);
      check(left, names);
      return check(right, names);
    }
    case 'CallExpression': {
      const { callee, arguments: values } = node as jsep.CallExpression;
      const combiner = callee.type === 'Identifier' ? combinerNamed((callee as jsep.Identifier).name) : undefined;
      if (!combiner) throw refused(`There are these functions: ${combiners.map(({ usage }) => usage).join(', ')}.`);
      if (values.length < combiner.least || values.length > combiner.most) throw refused(`Write ${combiner.usage}.`);
      values.forEach((value) => check(value, names));
      return;
    }
    default:
      throw refused('Only names, numbers, + − * / and functions are understood. Put names with other signs in quotes.');
  }
}

function evaluate(node: Expression, vectorOf: (name: string) => Vector): Value {
  switch (node.type) {
    case 'Literal': {
      const { value } = node as jsep.Literal;
      return typeof value === 'number' ? value : vectorOf(String(value));
    }
    case 'Identifier':
      return vectorOf((node as jsep.Identifier).name);
    case 'UnaryExpression': {
      const { operator, argument } = node as jsep.UnaryExpression;
      return times(evaluate(argument, vectorOf), operator === '-' ? -1 : 1);
    }
    case 'BinaryExpression': {
      const { operator, left, right } = node as jsep.BinaryExpression;
      return binary(operator, evaluate(left, vectorOf), evaluate(right, vectorOf));
    }
    default: {
      const { callee, arguments: values } = node as jsep.CallExpression;
      const combiner = combinerNamed((callee as jsep.Identifier).name)!;
      return combiner.combine(values.map((value) => evaluate(value, vectorOf)));
    }
  }
}

function binary(operator: string, left: Value, right: Value): Value {
  if (operator === '*' || operator === '/') {
    if (typeof right === 'number') return times(left, operator === '*' ? right : 1 / right);
    if (typeof left === 'number' && operator === '*') return times(right, left);
    throw refused('Two directions cannot be multiplied or divided. Multiply by numbers; orth(a, b) takes b out of a.');
  }
  const sign = operator === '-' ? -1 : 1;
  if (typeof left === 'number' && typeof right === 'number') return left + sign * right;
  if (typeof left === 'number' || typeof right === 'number') {
    throw refused('A number cannot be added to a direction. Multiply instead: 0.5 * happy.');
  }
  const sum = Float64Array.from(left);
  addScaled(sum, right, sign);
  return sum;
}

function times(value: Value, factor: number): Value {
  return typeof value === 'number' ? value * factor : Float64Array.from(value, (it) => it * factor);
}

/** The formula with one name in place of another. Null when it cannot be read. */
export function renamed(text: string, from: string, to: string): string | null {
  try {
    if (!parseExpression(text).names.includes(from)) return text;
  } catch {
    return null;
  }
  return withName(text, from, to);
}

function unknownSign(sign: string): SteerboardError {
  return refused(`“${sign}” is not understood. There are + − * / and functions.`);
}
