import { describe, expect, it } from 'vitest';
import { alignmentFigure, columnBox, type AlignmentInput } from '../../../src/app/plots/alignmentFigure.js';
import { curvesFigure } from '../../../src/app/plots/curvesFigure.js';
import { matrixFigure, matrixLabelHeight } from '../../../src/app/plots/matrixFigure.js';
import { plainText, tokenLabel } from '../../../src/app/plots/figure.js';
import { separationFigure } from '../../../src/app/plots/separationFigure.js';
import { colours } from './colours.js';

const input: AlignmentInput = {
  pieces: ['<s>', ' <a href="x">', '\n'],
  values: [
    [0.1, 0.2],
    [-0.5, NaN],
    [7, 1],
  ],
  layers: 2,
  quantity: 'alignment',
  directionName: '<b>happy</b>',
  layer: 1,
  colours,
};

describe('the alignment figure', () => {
  const [heat] = alignmentFigure(input).data as { z: unknown; zmin: number; zmax: number; hovertemplate: string }[];

  it('is layers × tokens with gaps where nothing was read', () => {
    expect(heat?.z).toEqual([
      [0.1, -0.5, 7],
      [0.2, null, 1],
    ]);
  });

  it('has a fixed scale for cosines, and one that is symmetric for projections', () => {
    expect([heat?.zmin, heat?.zmax]).toEqual([-1, 1]);
    const [projection] = alignmentFigure({ ...input, quantity: 'projection' }).data as { zmin: number; zmax: number }[];
    expect(projection?.zmin).toBe(-(projection?.zmax ?? NaN));
    expect(projection?.zmax).toBeGreaterThan(0);
  });

  it('has the scale that is given, and says what it is of', () => {
    const { data, title, table } = alignmentFigure({ ...input, quantity: 'score', reach: 2.5 });
    expect(data).toMatchObject([{ zmin: -2.5, zmax: 2.5 }]);
    expect(title).toMatch(/^Score \(\+1: its one side’s mean/);
    expect(table?.columns.at(-1)).toEqual({ name: 'score', unit: 'points' });
  });

  it('gives Plotly no markup from names and tokens', () => {
    const { data, layout } = alignmentFigure(input);
    const all = JSON.stringify([data, layout]).replaceAll(/<b>▸ \d+<\/b>|<br>|<extra><\/extra>/g, '');
    expect(all).not.toMatch(/<[a-z/]/);
    expect(heat?.hovertemplate).toContain('&lt;b&gt;happy');
  });
});

describe('labels', () => {
  it('escape what Plotly would read as markup', () => {
    expect(plainText('a<b> & c')).toBe('a&lt;b&gt; &amp; c');
  });
  it('show tokens of white space', () => {
    expect(tokenLabel('\n')).toBe('↵');
    expect(tokenLabel('  ')).toBe('␣␣');
    expect(tokenLabel(' happy')).toBe('happy');
  });
});

describe('columns', () => {
  it('lie side by side between the margins', () => {
    const first = columnBox(0, 3, 2, 344);
    const last = columnBox(2, 3, 2, 344);
    expect(last.left).toBeCloseTo(first.left + 2 * first.width);
    expect(first.width).toBeCloseTo(100);
  });
});

describe('a matrix', () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `direction ${index}`);
  const figureOf = (count: number) => {
    const values = names(count).map(() => names(count).map(() => 0.5));
    return matrixFigure({ values, rows: names(count), columns: names(count), quantity: 'cosine', reach: 1, colours });
  };

  it('prints its values where there is room for them, and names them in any case', () => {
    expect(figureOf(8).data[0]).toMatchObject({ texttemplate: '%{z:+.2f}' });
    expect(figureOf(9).data[0]).not.toHaveProperty('texttemplate');
    for (const count of [8, 9])
      expect(figureOf(count).data[0]).toMatchObject({ hovertemplate: expect.stringContaining('%{customdata}') });
  });

  it('has more room for longer names', () => {
    expect(matrixLabelHeight(['a name of eighteen'])).toBeGreaterThan(matrixLabelHeight(['a short one']));
    expect(matrixLabelHeight(['1', '12'])).toBe(24);
  });
});

describe('a separation', () => {
  const band = { mean: 0.5, low: 0.3, high: 0.7 };
  const separation = (shuffled: typeof band | null) =>
    separationFigure({
      layers: [2, 3],
      values: [0.9, NaN],
      intervals: [{ low: 0.8, high: 0.95 }, null],
      random: [band, band],
      shuffled: [shuffled, shuffled],
      quantity: 'AUC',
      chance: 0.5,
      range: [0, 1],
      marked: 3,
      colours,
    });

  it('has whiskers to both ends of the interval, gaps where nothing is known, and the marked layer larger', () => {
    expect(separation(band).data.at(-1)).toMatchObject({
      x: [2, 3],
      y: [0.9, null],
      error_y: {
        array: [expect.closeTo(0.05, 9), null],
        arrayminus: [expect.closeTo(0.1, 9), null],
      },
      marker: { size: [6, 10] },
    });
  });

  it('fills between the edges of what random directions reach, and draws shuffled sides where there are any', () => {
    const [low, high] = separation(null).data;
    expect([low, high]).toMatchObject([
      { y: [0.3, 0.3] },
      { y: [0.7, 0.7], fill: 'tonexty', fillcolor: 'rgba(119,119,119,0.22)' },
    ]);
    expect(separation(band).data).toHaveLength(separation(null).data.length + 2);
  });
});

describe('curves', () => {
  it('stand at named places, and their names are no markup', () => {
    const { data } = curvesFigure({
      places: ['1', 'logits'],
      axis: 'layer',
      quantity: 'error',
      curves: [{ name: '<b>s</b>', values: [0.1, NaN], below: [0.05, NaN], weight: 0.5 }],
      percent: true,
      range: null,
      colours,
    });
    expect(data[0]).toMatchObject({
      name: '&lt;b&gt;s&lt;/b&gt;',
      x: ['1', 'logits'],
      y: [0.1, null],
      opacity: 0.5,
      error_y: { arrayminus: [0.05, null] },
    });
  });
});
