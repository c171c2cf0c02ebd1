import type { Picture } from '../../core/report/index.js';
import type { Savable } from './savedPlot.js';

/** A plot as reports have it: its drawing and its numbers as they are now. */
export async function pictureFor({ label, table, picture }: Savable): Promise<Picture> {
  const numbers = table();
  const svg = await (await picture('svg')).text();
  const caption = numbers.columns.map(({ name, unit }) => (unit === '' ? name : `${name} (${unit})`)).join(', ');
  return { title: label, caption: `Its numbers: ${caption}.`, svg, table: numbers };
}
