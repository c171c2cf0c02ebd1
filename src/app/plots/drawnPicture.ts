/** Pictures of what is drawn on the page as SVG and dressed by its style sheet. */
import { asPicture, linesOf, type PictureFormat } from './picture.js';

/** What the style sheet says of shapes and words in a drawing. */
const properties = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-linecap', 'stroke-linejoin'],
  ...['stroke-dasharray', 'opacity', 'paint-order', 'vector-effect', 'visibility', 'display'],
  ...['font-family', 'font-size', 'font-weight', 'text-anchor', 'dominant-baseline'],
];

/** A colour or mark of the drawing, and what has it. */
export interface Key {
  readonly colour: string;
  readonly words: string;
  /** As the page's legend has it, in a box of {@link markSize}; absent: a disc of the colour. */
  readonly mark?: SVGElement | null;
}

/** What stands around a drawing. */
export interface DrawingLook {
  readonly background: string;
  readonly ink: string;
  readonly keys: readonly Key[];
  /** Over it; absent: nothing. */
  readonly title?: string;
  /** What its axes are, with units; absent: the drawing says so itself. */
  readonly axes?: { readonly up: string; readonly across: string };
}

const svgNames = 'http://www.w3.org/2000/svg';
/** Pixels of a legend's mark. */
export const markSize = { width: 16, height: 12 } as const;
/** Pixels of a line under the drawing that says what the colours are, and of an average letter in it. */
const keysHeight = 24;
const letterWidth = 6.2;
/** Pixels of a line of the title, of an axis' name, and of an average letter of the title. */
const titleHeight = 17;
const axisHeight = 18;
const titleLetter = 6.8;

/** The drawing as it is seen now, on a background, with all that its look needs written into it. */
export function pictureOfDrawing(drawing: SVGSVGElement, format: PictureFormat, look: DrawingLook): Promise<Blob> {
  const { title = '', axes, ink, background } = look;
  const { width, height: own } = drawing.getBoundingClientRect();
  const titles = linesOf(title, Math.max(20, Math.floor((width - 16) / titleLetter)));
  const above = (titles.length > 0 ? 6 + titles.length * titleHeight : 0) + (axes ? axisHeight : 0);
  const below = own + (axes ? axisHeight : 0);
  const rows = keyRows(look.keys, width);
  const height = above + below + rows.length * keysHeight;
  const copy = dressed(drawing) as SVGSVGElement;
  copy.prepend(part('rect', { y: -above, width, height, fill: background }));
  titles.forEach((line, index) => {
    copy.append(written(line, { x: 8, y: 17 - above + index * titleHeight, fill: ink, 'font-size': 13 }));
  });
  if (axes) {
    copy.append(
      written(`↑ ${axes.up}`, { x: 8, y: -5, fill: ink, 'font-size': 11 }),
      written(`${axes.across} →`, { x: width - 8, y: own + 10, fill: ink, 'font-size': 11, 'text-anchor': 'end' }),
    );
  }
  rows.forEach((row, index) => {
    const y = below + (index + 0.6) * keysHeight;
    for (const { x, colour, words, mark } of row) {
      copy.append(
        mark
          ? placed(dressed(mark), x, y - markSize.height / 2)
          : part('circle', { cx: x + markSize.width / 2, cy: y, r: 4, fill: colour }),
        written(words, { x: x + markSize.width + 4, y: y + 4, fill: ink, 'font-size': 11 }),
      );
    }
  });
  copy.setAttribute('viewBox', `0 ${-above} ${width} ${height}`);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.removeAttribute('aria-hidden');
  return asPicture(new XMLSerializer().serializeToString(copy), format, { width, height });
}

/** A copy with what the style sheet says of it written into it. */
function dressed(seen: SVGElement): SVGElement {
  const copy = seen.cloneNode(true) as SVGElement;
  const shown = [seen, ...seen.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, index) => {
    const style = getComputedStyle(shown[index]!);
    for (const property of properties) {
      const value = style.getPropertyValue(property);
      if (value !== '') element.setAttribute(property, value);
    }
    element.removeAttribute('class');
    element.removeAttribute('style');
  });
  return copy;
}

function placed(content: SVGElement, x: number, y: number): SVGElement {
  const group = part('g', { transform: `translate(${x} ${y})` });
  group.append(content);
  return group;
}

function written(words: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const text = part('text', { 'font-family': 'sans-serif', ...attributes });
  text.textContent = words;
  return text;
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
    const room = 34 + letterWidth * key.words.length;
    if (right + room > width) {
      rows.push([]);
      right = 8;
    }
    rows.at(-1)!.push({ ...key, x: right });
    right += room;
  }
  return rows;
}
