/** Pictures of figures, whether they are on the page or not: documents that need nothing of the page. */
import { plainText, type Figure } from './figure.js';
import { loadPlotly } from './loadPlotly.js';

export type PictureFormat = 'svg' | 'png';

/** Pixels of the page; a PNG has {@link pngScale} times as many on each side. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a PNG for one of the page. */
export const pngScale = 2;

/** A figure as a picture with its title, legend and scale, on its theme's background. */
export async function pictureOf(figure: Figure, format: PictureFormat, size: PictureSize): Promise<Blob> {
  const plotly = await loadPlotly();
  const { data, layout, more } = forPicture(figure, size.width);
  const whole = { width: Math.round(size.width + more.width), height: Math.round(size.height + more.height) };
  const drawn = await plotly.toImage(
    { data: [...data], layout: { ...layout, ...whole }, config: { staticPlot: true } },
    { format: 'svg', ...whole, imageDataOnly: true },
  );
  return asPicture(drawn, format, whole);
}

/** An SVG document as a file of a format. */
export async function asPicture(svg: string, format: PictureFormat, size: PictureSize): Promise<Blob> {
  const document = withoutScript(svg);
  return format === 'svg' ? new Blob([document], { type: 'image/svg+xml' }) : painted(document, size);
}

/** Pixels of an average letter of a title. */
const letterWidth = 6.4;

/** The words in lines of at most so many letters; a longer word has a line of its own. */
export function linesOf(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((it) => it !== '')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= most) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Rows of a legend whose entries are as wide as the longest. */
function legendRows(names: readonly string[], room: number): number {
  const entry = 50 + letterWidth * Math.max(...names.map((name) => name.length));
  return Math.ceil(names.length / Math.max(1, Math.floor(room / entry)));
}

interface Margin {
  readonly l?: number;
  readonly r?: number;
  readonly t?: number;
  readonly b?: number;
}

/**
 * What the page says around a plot is put into the picture: the title, what the lines are, and the scale of the colours.
 * @returns `more`: the room that they take, in pixels
 */
export function forPicture(
  { data, layout, title = '' }: Figure,
  width: number,
): {
  readonly data: readonly object[];
  readonly layout: object;
  readonly more: PictureSize;
} {
  const { margin = {}, annotations = [] } = layout as {
    readonly margin?: Margin;
    readonly annotations?: readonly object[];
  };
  const traces = data as readonly { readonly type?: string; readonly name?: string; readonly showlegend?: boolean }[];
  const hasScale = traces.some(({ type }) => type === 'heatmap');
  const named = traces.flatMap(({ name, showlegend }) => (name === undefined || showlegend === false ? [] : [name]));
  const hasLegend = named.length > 1;
  const right = hasScale ? 62 : 0;
  const room = width - (margin.l ?? 0) - (margin.r ?? 0);
  const lines = linesOf(title, Math.max(20, Math.floor(room / letterWidth)));
  const titleRoom = lines.length > 0 ? 8 + 16 * lines.length : 0;
  const top = titleRoom + (hasLegend ? 6 + 19 * legendRows(named, room) : 0);
  return {
    data: data.map((trace, index) =>
      traces[index]!.type === 'heatmap'
        ? { ...trace, showscale: true, colorbar: { thickness: 10, outlinewidth: 0, xpad: 8, nticks: 5 } }
        : trace,
    ),
    layout: {
      ...layout,
      autosize: false,
      margin: { ...margin, t: (margin.t ?? 0) + top, r: (margin.r ?? 0) + right },
      // An annotation and not a title, whose first lines Plotly draws above the picture where there are several.
      ...(lines.length > 0 && {
        annotations: [
          ...annotations,
          {
            text: lines.map(plainText).join('<br>'),
            font: { size: 12 },
            align: 'left',
            showarrow: false,
            x: 0,
            xref: 'paper',
            xanchor: 'left',
            y: 1,
            yref: 'paper',
            yanchor: 'top',
            yshift: (margin.t ?? 0) + top - 3,
          },
        ],
      }),
      showlegend: hasLegend,
      ...(hasLegend && {
        legend: {
          orientation: 'h',
          x: 0,
          xanchor: 'left',
          y: 1,
          yref: 'paper',
          yanchor: 'bottom',
          bgcolor: 'rgba(0,0,0,0)',
        },
      }),
    },
    more: { width: right, height: top },
  };
}

/** Draws no script ever; should a library change its mind, none leaves with a picture that is handed on. */
function withoutScript(svg: string): string {
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
  for (const element of document.querySelectorAll('script, foreignObject, iframe')) element.remove();
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes]) {
      const links = name.toLowerCase().endsWith('href') && !/^(#|data:image\/)/i.test(value.trim());
      if (links || name.toLowerCase().startsWith('on')) element.removeAttribute(name);
    }
  }
  return new XMLSerializer().serializeToString(document);
}

async function painted(svg: string, { width, height }: PictureSize): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * pngScale;
  canvas.height = height * pngScale;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('The browser could not paint the picture.'));
    }, 'image/png');
  });
}
