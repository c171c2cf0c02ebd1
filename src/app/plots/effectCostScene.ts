/**
 * Effect against cost, as data for an SVG. Drawn by hand and not by Plotly: it is drawn anew while texts come, and the page has
 * to answer in between.
 */

import type { Verdict } from '../../core/measures/index.js';

/** A point as it is drawn. */
export interface EffectCostPoint {
  /** What a click names it by. */
  readonly key: string;
  readonly kind: 'steered' | 'random' | 'prompt' | 'baseline';
  /** For people: "layer 3, +0.5". */
  readonly label: string;
  readonly effect: number;
  /** Nats a token. */
  readonly cost: number;
  readonly state: Verdict;
}

export interface EffectCostInput {
  /** One curve a layer or span, its points in the order of their strengths. */
  readonly curves: readonly { readonly name: string; readonly points: readonly EffectCostPoint[] }[];
  /** What is no curve: the baseline, wishes in words, random directions. */
  readonly others: readonly EffectCostPoint[];
  /** Of points within range. */
  readonly frontier: readonly EffectCostPoint[];
  /** Nats a token that count as safe. */
  readonly budget: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export interface PlacedPoint extends EffectCostPoint {
  /** Pixels from the left top corner. */
  readonly x: number;
  readonly y: number;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface EffectCostScene {
  readonly curves: readonly { readonly name: string; readonly path: string; readonly points: readonly PlacedPoint[] }[];
  readonly others: readonly PlacedPoint[];
  /** Steps: from each point the effect is had until the next one's cost, from the last until the budget. */
  readonly frontier: string;
  readonly budget: number;
  readonly costs: readonly Tick[];
  readonly effects: readonly Tick[];
  /** Where the axes cross: the left and the lower edge of what is drawn. */
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

const margin = { left: 44, right: 12, top: 10, bottom: 26 };
/** Costs that are numbered, nats a token. */
const costTicks = [0, 0.05, 0.2, 0.5, 1, 2, 4, 8, 16, 32];
/** Pixels between numbers, at least. */
const tickRoom = 30;

/**
 * Costs stand on a square-root scale: what is safe takes room, what is broken stays in sight, and 0 has a place. Points without
 * figures are left out.
 */
export function effectCostScene(input: EffectCostInput): EffectCostScene {
  const { budget, width, height } = input;
  const curves = input.curves.map(({ name, points }) => ({ name, points: points.filter(isKnown) }));
  const others = input.others.filter(isKnown);
  const frontier = input.frontier.filter(isKnown).sort((a, b) => a.cost - b.cost);
  const all = [...curves.flatMap(({ points }) => points), ...others];
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
  const most = Math.sqrt(Math.max(budget, ...all.map(({ cost }) => cost))) * 1.04;
  const lowest = Math.min(0, ...all.map(({ effect }) => effect));
  const highest = Math.max(0, ...all.map(({ effect }) => effect));
  const room = (highest - lowest || 1) * 0.06;
  const [low, high] = [lowest - room, highest + room];
  const across = (cost: number): number => left + (Math.sqrt(Math.max(0, cost)) / most) * (right - left);
  const up = (effect: number): number => bottom - ((effect - low) / (high - low)) * (bottom - top);
  const placed = (point: EffectCostPoint): PlacedPoint => ({ ...point, x: across(point.cost), y: up(point.effect) });
  return {
    curves: curves.map(({ name, points }) => {
      const there = points.map(placed);
      return {
        name,
        points: there,
        path: lineOf(there),
      };
    }),
    others: others.map(placed),
    frontier: stepsOf(frontier.map(placed), across(budget)),
    budget: across(budget),
    costs: spaced(costTicks.map((cost) => ({ at: across(cost), label: String(cost) })).filter(({ at }) => at <= right)),
    effects: niceTicks(low, high).map((effect) => ({
      at: up(effect),
      label: `${effect > 0 ? '+' : ''}${Number(effect.toPrecision(6))}`.replace('-', '−'),
    })),
    left,
    bottom,
    right,
    top,
  };
}

/** The point that is meant by a place on the picture: the nearest within reach; null for none. */
export function nearestPoint(scene: EffectCostScene, x: number, y: number, reach = 16): PlacedPoint | null {
  let nearest: PlacedPoint | null = null;
  let distance = reach;
  for (const point of [...scene.curves.flatMap(({ points }) => points), ...scene.others]) {
    const away = Math.hypot(point.x - x, point.y - y);
    if (away > distance) continue;
    nearest = point;
    distance = away;
  }
  return nearest;
}

function isKnown({ effect, cost }: EffectCostPoint): boolean {
  return Number.isFinite(effect) && Number.isFinite(cost);
}

function lineOf(points: readonly PlacedPoint[]): string {
  return points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

/** What is had at a cost is had at every higher one. */
function stepsOf(points: readonly PlacedPoint[], right: number): string {
  const [first, ...rest] = points.map(({ x, y }) => [x.toFixed(1), y.toFixed(1)] as const);
  if (!first) return '';
  return `M${first.join(' ')}${rest.map(([x, y]) => `H${x}V${y}`).join('')}H${right}`;
}

/** Leaves out numbers that would touch the one before. */
function spaced(ticks: readonly Tick[]): readonly Tick[] {
  const kept: Tick[] = [];
  for (const tick of ticks) if (tick.at - (kept.at(-1)?.at ?? -Infinity) >= tickRoom) kept.push(tick);
  return kept;
}

/** Round numbers within a range, about six. */
function niceTicks(low: number, high: number): readonly number[] {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((times) => times * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, at) => (first + at) * step + 0);
}
