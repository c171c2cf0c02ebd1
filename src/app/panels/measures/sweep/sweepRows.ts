/** A run as rows of a table and points of a picture, of one direction. */
import { judge, type Judgement, type VerdictLimits } from '../../../../core/measures/index.js';
import { operatorNamed } from '../../../../core/steering/index.js';
import { strengthText } from '../../../../core/steering/strength.js';
import { frontierOf, type MeasuredPoint, type Setting, type Toward } from '../../../../core/sweeps/index.js';
import { layersText } from '../../../look/numbers.js';
import { cell, type FigureTable } from '../../../plots/table.js';
import type { SweepRun, SweptDirection } from '../../../stores/sweep.js';

export interface SweepRow {
  readonly setting: Setting;
  /** For people: "layer 3, +0.50". */
  readonly label: string;
  readonly point: MeasuredPoint;
  readonly judgement: Judgement;
  /** Of the points within range: none of them gives more for less. */
  readonly onFrontier: boolean;
  /** Texts that are still to come. */
  readonly missing: number;
}

/**
 * Settings that have a text, in the run's order. A random direction is no choice, so it is never on the frontier; nor is what
 * is strained or broken, however cheap.
 */
export function sweepRows(
  run: SweepRun,
  direction: SweptDirection,
  toward: Toward,
  limits: VerdictLimits,
): readonly SweepRow[] {
  const there = run.settings.flatMap((swept) => {
    const point = run.points.get(swept.setting.key);
    const belongs = swept.of === direction.id || swept.setting.kind === 'baseline';
    return point && belongs ? [{ ...swept, point, judgement: judge(point.figures, limits) }] : [];
  });
  const choices = there.filter(
    ({ setting, judgement }) => setting.kind !== 'random' && judgement.verdict === 'within range',
  );
  const frontier = new Set(
    frontierOf(
      choices.map(({ point }) => point),
      toward,
    ),
  );
  return there.map(({ setting, cells, point, judgement }) => ({
    setting,
    label: settingLabel(setting, direction),
    point,
    judgement,
    onFrontier: frontier.has(point),
    missing: cells.length - point.texts,
  }));
}

/** "layer 3, +0.50", "instruction", "random 1, layer 3, +0.50", "no steering". */
export function settingLabel(setting: Setting, { operator }: Pick<SweptDirection, 'operator'>): string {
  const { kind, direction, layers, strength } = setting;
  if (kind === 'baseline') return 'no steering';
  const way = direction.split(' for ')[0] ?? direction;
  if (kind === 'prompt' || !layers) return way;
  const at = `${layersText(layers)}${strengthLabel(operator, strength, ', ')}`;
  return kind === 'random' ? `${way}, ${at}` : at;
}

/** Empty where the operator has no strength. */
export function strengthLabel(operator: SweptDirection['operator'], strength: number, before = ''): string {
  const text = strengthText(operatorNamed(operator), strength);
  return text === '' ? '' : `${before}${strength > 0 ? '+' : ''}${text}`;
}

/** What is wanted when nothing is chosen: less of it where every strength steers away. */
export function usualToward(run: SweepRun): Toward {
  const steered = run.settings.filter(({ setting }) => setting.kind === 'steered');
  return steered.length > 0 && steered.every(({ setting }) => setting.strength < 0) ? 'less' : 'more';
}

/** What the pictures are of. */
export interface ShownRows {
  readonly rows: readonly SweepRow[];
  readonly direction: SweptDirection;
  /** What the effect is, and its unit, for people. */
  readonly effect: string;
  readonly unit: string;
  /** What one of the unit is, exactly. */
  readonly unitMeans: string;
}

/** The layers and spans that were steered, from the first layer on. */
export function spansOf(rows: readonly SweepRow[]): (readonly [number, number])[] {
  const spans = rows.flatMap(({ setting }) => (setting.kind === 'steered' && setting.layers ? [setting.layers] : []));
  const byName = new Map(spans.map((span) => [String(span), span]));
  return [...byName.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

export function steeredAt(rows: readonly SweepRow[], [from, to]: readonly [number, number]): readonly SweepRow[] {
  return rows.filter(({ setting: { kind, layers } }) => kind === 'steered' && layers?.[0] === from && layers[1] === to);
}

/** Every point with its figures, for files. */
export function pointsTable(rows: readonly SweepRow[], effect: string, unit: string): FigureTable {
  const plain = (name: string, of = '') => ({ name, unit: of });
  return {
    columns: [
      plain('setting'),
      plain('first layer'),
      plain('last layer'),
      plain('strength'),
      plain(`${effect}, gained`, unit),
      plain('from', unit),
      plain('to', unit),
      plain('KL of a token', 'nats'),
      plain('perplexity over the baseline’s'),
      plain('distinct pairs', 'share'),
      plain('norm ratio'),
      plain('state'),
      plain('on the frontier within range'),
      plain('texts'),
    ],
    rows: rows.map(({ setting, label, point, judgement, onFrontier }) => [
      label,
      cell(setting.layers?.[0]),
      cell(setting.layers?.[1]),
      setting.layers ? setting.strength : null,
      cell(point.effect),
      cell(point.interval?.[0]),
      cell(point.interval?.[1]),
      cell(point.cost),
      cell(point.figures.perplexityRatio),
      cell(point.figures.distinct2),
      cell(point.figures.normRatio),
      judgement.verdict,
      onFrontier ? 'yes' : 'no',
      point.texts,
    ]),
  };
}
