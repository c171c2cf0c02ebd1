/** The page's greedy tokens against those that the copied programs generated in PyTorch (recipes/snippets). */
import { readFileSync } from 'node:fs';
import { beyond, cases, others, tales } from '../../test/core/snippets/cases.js';
import { expect, test } from './fixtures.js';

const golden = JSON.parse(readFileSync(new URL('../../test/golden/snippets.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly prompt: number[]; readonly ids: number[] }
>;

for (const [name, plan] of Object.entries({ ...cases, ...others, ...beyond })) {
  test(`${name}: the page writes what the program for Transformers wrote`, async ({ page, engine }) => {
    test.skip(engine.device !== 'wasm', 'SwiftShader is slow, and parity.spec compares both devices');
    const terms = plan.terms.map(({ condition, ...term }) => ({
      ...term,
      ...(condition && { condition: { ...condition, vector: Array.from(condition.vector) } }),
      sites: term.sites.map((site) => ({
        layer: site.layer,
        residualNorm: site.residualNorm,
        vector: Array.from(site.vector),
        ...(site.factor !== undefined && { factor: site.factor }),
        ...(site.second && { second: Array.from(site.second) }),
        ...(site.centre !== undefined && { centre: site.centre }),
      })),
    }));
    const { rows } = await page.evaluate(
      ([prompt, plain]) => window.engine.write({ prompt, rows: { row: plain }, sampling: { maxNewTokens: 32 } }),
      [tales.steered_prompt, { ...plan, terms }] as const,
    );
    expect(rows['row']!.promptIds).toEqual(golden[name]!.prompt);
    expect(rows['row']!.ids).toEqual(golden[name]!.ids);
  });
}
