import type { Measured } from '../../presets/gallery.js';

const width = 120;
const height = 44;
const inset = 4;
/** Nats; beyond it texts are strained, whatever the direction. */
const mostCost = 3;

/** The settings that no other beats, effect upwards against cost to the right; a dot is the one that is taken. */
export function Frontier({ name, measured }: { readonly name: string; readonly measured: Measured }) {
  const shown = measured.frontier.filter(({ cost }) => cost <= mostCost);
  const most = Math.max(...shown.map(({ effect }) => effect), Number.EPSILON);
  const place = ({ effect, cost }: { readonly effect: number; readonly cost: number }) => ({
    x: inset + (cost / mostCost) * (width - 2 * inset),
    y: height - inset - (Math.max(0, effect) / most) * (height - 2 * inset),
  });
  const line = [{ effect: 0, cost: 0 }, ...shown].map(place).map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`);
  const dot = measured.use && place(measured.use);
  const words = `Effect of ${name} against its cost up to ${mostCost} nats a token, the best of all layers and strengths: up to ${most.toFixed(2)}`;
  return (
    <svg width={width} height={height} role="img" aria-label={words} className="frontier">
      <title>{words}</title>
      <path d={`M${inset},${inset}V${height - inset}H${width - inset}`} />
      <polyline points={line.join(' ')} />
      {dot && <circle cx={dot.x} cy={dot.y} r={3.5} />}
    </svg>
  );
}
