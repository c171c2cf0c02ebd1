/** Pictures of what is drawn on the page as SVG and dressed by its style sheet. */
import { asPicture, type PictureFormat } from './picture.js';

/** What the style sheet says of shapes and words in a drawing. */
const properties = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-linecap', 'stroke-linejoin'],
  ...['stroke-dasharray', 'opacity', 'paint-order', 'vector-effect', 'visibility', 'display'],
  ...['font-family', 'font-size', 'font-weight', 'text-anchor', 'dominant-baseline'],
];

/** The drawing as it is seen now, on a background, with all that its look needs written into it. */
export function pictureOfDrawing(drawing: SVGSVGElement, format: PictureFormat, background: string): Promise<Blob> {
  const { width, height } = drawing.getBoundingClientRect();
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
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ width: '100%', height: '100%', fill: background })) {
    ground.setAttribute(name, value);
  }
  copy.prepend(ground);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.removeAttribute('aria-hidden');
  return asPicture(new XMLSerializer().serializeToString(copy), format, { width, height });
}
