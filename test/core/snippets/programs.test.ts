/** The programs that recipes/snippets runs are what the code writes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { snippets } from '../../../src/core/snippets/index.js';
import { arithmetic } from '../../../src/core/snippets/python.js';
import type { ProgramPlan } from '../../../src/core/snippets/sites.js';
import { operatorNames } from '../../../src/core/steering/plan.js';
import { beyond, cases, inputOf, others, published, tales, vectorsFile } from './cases.js';

const fixture = (name: string): URL => new URL(`../../fixtures/snippets/${name}`, import.meta.url);
const updating = Boolean(process.env['UPDATE_FIXTURES']);

/** recipes/snippets/laws.py holds the arithmetic of every operator to its formula. */
const everyOperator: ProgramPlan = {
  sites: operatorNames.map((op) => ({
    point: 'resid_post',
    layer: 0,
    op,
    vector: 'v',
    amount: 1,
    options: {},
    scope: 0,
  })),
  scopes: [{ prompt: [0, null], generated: [0, null], curve: [{ at: 0, factor: 1 }], condition: null }],
  unknown: [],
};

function programs(): readonly (readonly [string, string])[] {
  const [transformers, ...elsewhere] = snippets;
  return [
    ['arithmetic.py', [...arithmetic(everyOperator), ''].join('\n')],
    ...Object.entries({ ...cases, ...others, ...beyond, ...published }).map(
      ([name, plan]) => [`transformers-${name}.py`, transformers!.write(inputOf(plan))] as const,
    ),
    ...elsewhere.map((snippet) => {
      const extension = snippet.language === 'python' ? 'py' : 'sh';
      return [`${snippet.name}.${extension}`, snippet.write(inputOf(cases['clamp-and-add']!))] as const;
    }),
  ];
}

describe('the programs of test/fixtures/snippets (UPDATE_FIXTURES=1 writes them anew)', () => {
  it.each(programs())('%s', (name, program) => {
    if (updating) writeFileSync(fixture(name), program);
    expect(existsSync(fixture(name))).toBe(true);
    expect(program).toBe(readFileSync(fixture(name), 'utf8'));
  });

  it('the vectors that they load', () => {
    if (updating) writeFileSync(fixture('steerboard.safetensors'), vectorsFile());
    expect(Buffer.compare(readFileSync(fixture('steerboard.safetensors')), vectorsFile())).toBe(0);
  });
});

/** What the programs generated in PyTorch. */
const golden = JSON.parse(readFileSync(new URL('../../golden/snippets.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly prompt: readonly number[]; readonly ids: readonly number[] }
>;

it.each(Object.keys(published))('%s, run by transformers, writes what a Llama without hooks of ours wrote', (name) => {
  const { ids } = tales.steered[Number(name.replace('published-', ''))]!.greedy;
  expect(golden[name]!.ids).toEqual(ids);
});
