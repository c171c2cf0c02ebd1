import { describe, expect, it } from 'vitest';
import { lensFigure, lensSize } from '../../../src/app/plots/lensFigure.js';
import { listFigure, listSize } from '../../../src/app/plots/listFigure.js';
import { lensPicture, lensTable } from '../../../src/app/panels/measures/lens/lensPicture.js';
import type { SeenText } from '../../../src/app/panels/measures/lens/useLensReport.js';
import type { LensSide } from '../../../src/core/lens/predictions.js';
import { colours } from './colours.js';

const nothing = { columns: [], rows: [] };

describe('a list as a picture', () => {
  const input = { name: 'n', title: 't', labels: ['<b>one</b>', 'two'], values: [-2, 1], table: nothing, colours };

  it('has bars to either side of zero, the first on top, and no markup', () => {
    const { data, layout } = listFigure(input);
    expect(data).toMatchObject([{ x: [-2, 1], marker: { color: [colours.negative, colours.positive] } }]);
    expect(layout).toMatchObject({
      xaxis: { range: [-2.5, 2.5] },
      yaxis: { range: [1.5, -0.5], ticktext: ['&lt;b&gt;one&lt;/b&gt;', 'two'] },
    });
  });

  it('grows with its lines, and stands what is not known', () => {
    expect(listSize(['a', 'b', 'c']).height).toBeGreaterThan(listSize(['a']).height);
    expect(listFigure({ ...input, values: [NaN, NaN] }).data).toMatchObject([{ x: [null, null] }]);
  });
});

/** Two layers, two tokens from position 1 on, two candidates; the states part at layer 1 of the second token. */
const side = (first: number, probability: number): LensSide => ({
  ids: Int32Array.of(first, 9, first, 9, first, 9, first, 9),
  probabilities: new Float32Array(8).fill(probability),
  ranks: Int32Array.of(1, 2, 3, 4),
  logProbabilities: Float32Array.of(-1, -2, -3, -4),
  entropies: new Float32Array(4).fill(0.5),
});
const seen = {
  report: {
    layers: 2,
    positions: 2,
    candidates: 2,
    from: 1,
    baseline: side(7, 0.25),
    steered: side(8, 0.5),
    kl: Float32Array.of(0, 0, 0, 2),
    pieces: new Map([
      [7, ' sad'],
      [8, ' <happy>'],
      [9, ' so'],
    ]),
  },
  tokens: [{ piece: '<s>' }, { piece: ' Lily' }, { piece: ' was' }],
  promptLength: 1,
} as unknown as SeenText;

describe('the lens as a picture', () => {
  it('shows the state that is looked at, framed where the two part', () => {
    const { data, layout } = lensPicture(seen, { shows: 'difference', threshold: 0.1 }, colours);
    expect(data).toMatchObject([
      { z: [[0, 0], [0, 2]], zmin: 0, zmax: 3, text: [['&lt;happy&gt;', '&lt;happy&gt;'], expect.anything()] },
    ]); // prettier-ignore
    expect(layout).toMatchObject({ xaxis: { ticktext: ['Lily', 'was'] }, shapes: [{ x0: 0.52, y0: 0.54 }] });
    const baseline = lensPicture(seen, { shows: 'baseline', threshold: 0.1 }, colours).data;
    expect(baseline).toMatchObject([{ z: [[0.25, 0.25], [0.25, 0.25]], zmax: 1, text: [['sad', 'sad'], ['sad', 'sad']] }]); // prettier-ignore
  });

  it('has every figure of every cell as data', () => {
    const { columns, rows } = lensTable(seen);
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row).toHaveLength(columns.length);
    expect(rows[3]!.slice(0, 8)).toEqual([2, ' was', 1, 2, 4, -4, 0.5, ' sad']);
    const at = columns.findIndex(({ name }) => name === 'steered: candidate 1');
    expect(rows[0]!.slice(at, at + 2)).toEqual([' <happy>', 0.5]);
  });

  it('never grows wider than a browser draws, and says positions where words have no room', () => {
    expect(lensSize(96, 8).width).toBeGreaterThan(5000);
    expect(lensSize(1000, 2).width).toBeLessThan(7100);
    const many = Array.from({ length: 400 }, () => ' so');
    const { data, layout } = lensFigure({
      ...{ name: 'n', title: 't', pieces: many, from: 5, likeliest: [many], values: [many.map(() => 0.5)] },
      ...{ quantity: 'probability', most: 1, parting: many.map(() => null), table: nothing, colours },
    });
    expect(data[0]).not.toHaveProperty('texttemplate');
    expect((layout as { xaxis: { ticktext: string[] } }).xaxis.ticktext[0]).toBe('5');
  });
});
