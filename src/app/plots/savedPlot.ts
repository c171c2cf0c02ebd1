import type { FileToSave } from '../engine/download.js';
import type { PictureFormat } from './picture.js';
import { csvOf } from '../../core/report/csv.js';
import { jsonOf, type FigureTable } from './table.js';

export type PlotFormat = PictureFormat | 'csv' | 'json';

/** Something that can be looked at and has numbers. */
export interface Savable {
  readonly label: string;
  readonly name: string;
  readonly table: () => FigureTable;
  readonly picture: (format: PictureFormat) => Promise<Blob>;
}

const mediaTypes: Readonly<Record<PlotFormat, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  csv: 'text/csv',
  json: 'application/json',
};

export async function savedPlot(plot: Savable, format: PlotFormat): Promise<FileToSave> {
  return {
    fileName: plotFileName(plot.name, format),
    mediaType: mediaTypes[format],
    content: await contentOf(plot, format),
  };
}

async function contentOf({ label, table, picture }: Savable, format: PlotFormat): Promise<string | Blob> {
  if (format === 'csv') return csvOf(table());
  if (format === 'json') return jsonOf(table(), label);
  return picture(format);
}

/** Characters of a file's name beside its ending: file systems take 255 bytes, and a letter may be four. */
const longestName = 60;

/** "alignment happy, layer 4" as `steerboard-alignment-happy-layer-4.svg`. Letters of any script stay. */
export function plotFileName(name: string, format: PlotFormat): string {
  const words = name.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const slug = [...words.join('-')].slice(0, longestName).join('').replace(/-$/, '');
  return `steerboard-${slug || 'plot'}.${format}`;
}
