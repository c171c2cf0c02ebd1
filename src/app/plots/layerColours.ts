import type { FigureColours } from './figure.js';

/** Degrees of hue in OKLCH: from violet over blue, green and yellow to red and pink, which ends well before violet. */
const [firstHue, lastHue] = [300, -10];
/** Two in turn, so that neighbours whose hues are near differ too. On a light and on a dark card. */
const lightnesses = { onLight: [0.42, 0.62], onDark: [0.86, 0.66] } as const;
const mostChroma = 0.17;

/** A colour for each of several layers, from the first to the last, in steps that the eye tells apart. */
export function layerColours(count: number, { card }: Pick<FigureColours, 'card'>): readonly string[] {
  const isDark = channels(card).reduce((sum, channel) => sum + channel, 0) < 384;
  const turns = isDark ? lightnesses.onDark : lightnesses.onLight;
  return Array.from({ length: count }, (_, index) => {
    const hue = firstHue + (count > 1 ? index / (count - 1) : 0) * (lastHue - firstHue);
    return `rgb(${shown(turns[index % 2]!, hue)
      .map(Math.round)
      .join(',')})`;
  });
}

/** The most colourful one of a lightness and hue that a screen shows. */
function shown(lightness: number, hue: number): readonly number[] {
  for (let chroma = mostChroma; chroma > 0; chroma -= 0.005) {
    const colour = rgbOf(lightness, chroma, hue);
    if (colour.every((channel) => channel >= 0 && channel <= 255)) return colour;
  }
  return rgbOf(lightness, 0, hue).map((channel) => Math.min(255, Math.max(0, channel)));
}

/**
 * OKLCH (Björn Ottosson, "A perceptual color space for image processing", 2020) as sRGB.
 *
 * @param lightness 0 to 1
 * @param hue degrees
 * @returns red, green and blue, 0 to 255; outside of it where a screen has no such colour
 */
export function rgbOf(lightness: number, chroma: number, hue: number): readonly number[] {
  const angle = (hue * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ].map((linear) => 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));
}

/** Red, green and blue of `rgb(r,g,b)` or `#rrggbb`. */
function channels(colour: string): readonly number[] {
  if (!colour.startsWith('#')) return (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}
