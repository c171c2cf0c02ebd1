import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { csvOf } from '../../../src/core/report/csv.js';
import { alignmentFigure } from '../../../src/app/plots/alignmentFigure.js';
import { alongTextFigure } from '../../../src/app/plots/alongTextFigure.js';
import type { FigureColours } from '../../../src/app/plots/figure.js';
import { matrixFigure } from '../../../src/app/plots/matrixFigure.js';
import { forPicture } from '../../../src/app/plots/picture.js';
import { planeTable } from '../../../src/app/plots/planeTable.js';
import { plotFileName } from '../../../src/app/plots/savedPlot.js';
import { jsonOf, tableOf, type FigureTable } from '../../../src/app/plots/table.js';

const colours: FigureColours = {
  card: '#fff',
  ink: '#000',
  mute: '#777',
  line: '#ddd',
  accent: '#00f',
  positive: 'rgb(0,1,0)',
  negative: 'rgb(1,0,0)',
};
const alignment = alignmentFigure({
  pieces: ['<s>', ' a, "b"\n'],
  values: [
    [0.125, 0.25],
    [-0.5, NaN],
  ],
  layers: 2,
  quantity: 'alignment',
  directionName: 'happy',
  layer: 1,
  colours,
});

describe('the table of a figure', () => {
  it('has every token at every layer, whole and unrounded, and nothing where nothing was read', () => {
    expect(tableOf(alignment)).toEqual({
      columns: [
        { name: 'position', unit: '' },
        { name: 'token', unit: '' },
        { name: 'layer', unit: '' },
        { name: 'alignment', unit: 'cosine' },
      ],
      rows: [
        [0, '<s>', 0, 0.125],
        [0, '<s>', 1, 0.25],
        [1, ' a, "b"\n', 0, -0.5],
        [1, ' a, "b"\n', 1, null],
      ],
    });
  });

  it('tells the texts and their parts apart', () => {
    const figure = alongTextFigure({
      pieces: { baseline: ['a', ' b'], steered: ['a'] },
      baseline: [0.1, 0.2],
      steered: [0.3],
      promptLength: 1,
      directionName: 'happy',
      layer: 4,
      colours,
    });
    expect(tableOf(figure).rows).toEqual([
      ['baseline', 0, 'a', 'prompt', 0.1],
      ['baseline', 1, ' b', 'generated', 0.2],
      ['steered', 0, 'a', 'prompt', 0.3],
    ]);
    expect(figure.name).toBe('alignment along text happy layer 4');
  });

  it('names the rows and columns of a matrix', () => {
    const figure = matrixFigure({ values: [[1], [NaN]], rows: ['u', 'v'], columns: ['u'], quantity: 'cosine', reach: 1, colours }); // prettier-ignore
    expect(tableOf(figure).rows).toEqual([
      ['u', 'u', 1],
      ['v', 'u', null],
    ]);
  });

  it('is taken from the traces where a figure brings none', () => {
    const figure = {
      data: [
        { name: 'kl', x: [1, 2], y: [0.5, null] },
        { z: [[7], [NaN]], x: ['a'] },
      ],
      layout: {},
    };
    expect(tableOf(figure).rows).toEqual([
      ['kl', 1, 0.5, null],
      ['kl', 2, null, null],
      ['trace 2', 'a', 0, 7],
      ['trace 2', 'a', 1, null],
    ]);
  });

  it('has all that lies in a plane', () => {
    const point = { x: 1, y: 2 };
    const { rows } = planeTable({
      names: ['u', 'w'],
      texts: { positive: [point], negative: [] },
      tokens: { baseline: { pieces: ['a'], points: [{ x: NaN, y: 0 }] }, steered: { pieces: [], points: [] } },
      arrows: [{ name: 'happy', tip: point }],
    });
    expect(rows).toEqual([
      ['positive text', 0, null, 1, 2],
      ['baseline token', 0, 'a', null, 0],
      ['arrow', 0, 'happy', 1, 2],
    ]);
  });
});

describe('a table as a file', () => {
  const read = (csv: string) => Papa.parse<string[]>(csv, { skipEmptyLines: true });

  it('keeps commas, quotes and line ends in CSV', () => {
    const { data, errors } = read(csvOf(tableOf(alignment)));
    expect(errors).toEqual([]);
    expect(data[0]).toEqual(['position', 'token', 'layer', 'alignment (cosine)']);
    expect(data.slice(3)).toEqual([
      ['1', ' a, "b"\n', '0', '-0.5'],
      ['1', ' a, "b"\n', '1', ''],
    ]);
  });

  it('gives a spreadsheet no formula, and JSON the text as it is', () => {
    const table: FigureTable = { columns: [{ name: 'token', unit: '' }], rows: [['=HYPERLINK("x")'], [-2]] };
    expect(read(csvOf(table)).data.slice(1)).toEqual([[`'=HYPERLINK("x")`], ['-2']]);
    expect(JSON.parse(jsonOf(table, 'words'))).toEqual({ title: 'words', ...table });
  });

  it('says in its name what it is', () => {
    expect(plotFileName('alignment happy, layer 4', 'svg')).toBe('steerboard-alignment-happy-layer-4.svg');
    expect(plotFileName('../Glück & 喜び', 'csv')).toBe('steerboard-glück-喜び.csv');
    expect(plotFileName('</>', 'png')).toBe('steerboard-plot.png');
  });
});

describe('what is added to a picture', () => {
  it('is the title as text, the scale of a heat map, and room for both', () => {
    const { data, layout, more } = forPicture({ ...alignment, title: 'with <b>happy</b>' }, 400);
    expect(data[0]).toMatchObject({ type: 'heatmap', showscale: true });
    expect(layout).toMatchObject({
      annotations: [{ text: 'with &lt;b&gt;happy&lt;/b&gt;' }],
      paper_bgcolor: colours.card,
      showlegend: false,
    });
    expect(more.width).toBeGreaterThan(0);
    expect(more.height).toBeGreaterThan(0);
  });

  it('has a long title in lines that fit', () => {
    const title = 'words '.repeat(40).trim();
    const { layout } = forPicture({ ...alignment, title }, 300);
    const lines = (layout as { annotations: { text: string }[] }).annotations[0]!.text.split('<br>');
    expect(lines.join(' ')).toBe(title);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(60);
  });

  it('is a legend where there are several lines', () => {
    const two = { data: [{ name: 'a' }, { name: 'b' }, { name: 'c', showlegend: false }], layout: {} };
    expect(forPicture(two, 400).layout).toMatchObject({ showlegend: true });
    expect(forPicture({ ...two, data: two.data.slice(1) }, 400).layout).toMatchObject({ showlegend: false });
  });
});
