import { readFileSync } from 'node:fs';

/** Golden numbers that recipes/golden wrote. The caller states their shape. */
export function readGolden<Shape>(name: string): Shape {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8')) as Shape;
}
