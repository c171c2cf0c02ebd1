import type { Report } from './report.js';

/** All that a report says, but its pictures and the experiment's file, which are files of their own. */
export function jsonOf({ pictures, file: _, ...rest }: Report): string {
  const data = pictures.map(({ title, caption, table }) => ({ title, caption, table }));
  return `${JSON.stringify({ ...rest, pictures: data }, null, 1)}\n`;
}
