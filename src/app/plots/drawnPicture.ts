/** Pictures of what is drawn on the page as SVG and dressed by its style sheet. */
import { asPicture, type PictureFormat } from './picture.js';

/** What the style sheet says of shapes and words in a drawing. */
const properties = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-linecap', 'stroke-linejoin'],
  ...['stroke-dasharray', 'opacity', 'paint-order', 'vector-effect', 'visibility', 'display'],
  ...['font-family', 'font-size', 'font-weight', 'text-anchor', 'dominant-baseline'],
];

/** A colour of the drawing, and what has it. */
export interface Key {
  readonly colour: string;
  readonly words: string;
}

const svgNames = 'http://www.w3.org/2000/svg';
/** Pixels of the line under the drawing that says what the colours are, and of an average letter in it. */
const keysHeight = 24;
const letterWidth = 6.2;

/** The drawing as it is seen now, on a background, with all that its look needs written into it. */
export function pictureOfDrawing(
  drawing: SVGSVGElement,
  format: PictureFormat,
  colours: { readonly background: string; readonly ink: string; readonly keys: readonly Key[] },
): Promise<Blob> {
  const { width, height: own } = drawing.getBoundingClientRect();
  const rows = keyRows(colours.keys, width);
  const height = own + rows.length * keysHeight;
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const shown = [drawing, ...drawing.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, index) => {
    const style = getComputedStyle(shown[index]!);
    for (const property of properties) {
      const value = style.getPropertyValue(property);
      if (value !== '') element.setAttribute(property, value);
    }
    element.removeAttribute('class');
    element.removeAttribute('style');
  });
  copy.prepend(part('rect', { width, height, fill: colours.background }));
  copy.append(part('rect', { y: own, width, height: height - own, fill: colours.background }));
  rows.forEach((row, index) => {
    const y = own + (index + 0.6) * keysHeight;
    for (const { x, colour, words } of row) {
      const text = part('text', {
        x: x + 12,
        y: y + 4,
        fill: colours.ink,
        'font-size': 11,
        'font-family': 'sans-serif',
      });
      text.textContent = words;
      copy.append(part('circle', { cx: x + 4, cy: y, r: 4, fill: colour }), text);
    }
  });
  copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.removeAttribute('aria-hidden');
  return asPicture(new XMLSerializer().serializeToString(copy), format, { width, height });
}

function part(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(svgNames, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** The keys in rows that are as wide as the drawing. */
function keyRows(keys: readonly Key[], width: number): readonly (readonly (Key & { readonly x: number })[])[] {
  const rows: (Key & { readonly x: number })[][] = [];
  let right = Infinity;
  for (const key of keys) {
    const room = 24 + letterWidth * key.words.length;
    if (right + room > width) {
      rows.push([]);
      right = 8;
    }
    rows.at(-1)!.push({ ...key, x: right });
    right += room;
  }
  return rows;
}
