/** A sweep as files: its figures as a table, or all of it with the texts. */
import { csvOf } from '../../core/report/csv.js';
import { effects } from '../../core/outcomes/index.js';
import { judge, type VerdictLimits } from '../../core/measures/index.js';
import { operatorNamed } from '../../core/steering/index.js';
import type { MeasuredPoint } from '../../core/sweeps/index.js';
import type { SweepRun, SweptSetting } from '../stores/sweep.js';
import { download, type SavedFile } from './download.js';

const columns = [
  'kind',
  'way',
  'direction',
  'first_layer',
  'last_layer',
  'strength',
  'effect',
  'effect_low',
  'effect_high',
  'kl_nats_per_token',
  'perplexity_ratio',
  'distinct_2',
  'norm_ratio',
  'state',
  'state_reasons',
  'texts',
  'texts_without_effect',
] as const;

/** One row a setting, in the run's order. What cannot be said is blank. @param limits that the states follow from */
export function sweepCsv(run: SweepRun, limits: VerdictLimits): string {
  const rows = measured(run).map(({ swept, point }) => {
    const { setting } = swept;
    const [low, high] = point.interval ?? [];
    const isSteering = setting.layers !== null;
    const { verdict, reasons } = judge(point.figures, limits);
    return {
      kind: setting.kind,
      way: setting.kind === 'steered' || setting.kind === 'baseline' ? '' : wayOf(swept),
      direction: setting.kind === 'baseline' ? '' : (directionOf(run, swept)?.name ?? ''),
      first_layer: setting.layers?.[0],
      last_layer: setting.layers?.[1],
      strength: isSteering ? setting.strength : undefined,
      effect: point.effect,
      effect_low: low,
      effect_high: high,
      kl_nats_per_token: point.cost,
      perplexity_ratio: point.figures.perplexityRatio,
      distinct_2: point.figures.distinct2,
      norm_ratio: point.figures.normRatio,
      state: verdict,
      state_reasons: reasons.join('; '),
      texts: point.texts,
      texts_without_effect: point.unread,
    };
  });
  const blank = (value: string | number | null | undefined): string | number =>
    typeof value === 'number' && !Number.isFinite(value) ? '' : (value ?? '');
  return csvOf({
    columns: columns.map((name) => ({ name, unit: '' })),
    rows: rows.map((row) => columns.map((name) => blank(row[name]))),
  });
}

/** All that is known, texts included. Figures that cannot be said are null. */
export function sweepJson(run: SweepRun, limits: VerdictLimits): string {
  const { model, directions, prompts, seeds, sampling } = run;
  return JSON.stringify(
    {
      format: 'steerboard-sweep',
      version: 1,
      model,
      prompts,
      seeds,
      sampling,
      limits,
      directions: directions.map(({ id, name, opposite, operator, choice }) => ({
        id,
        name,
        opposite,
        operator,
        strengthUnit: operatorNamed(operator).strength?.unit ?? null,
        effect: { ...choice, unit: effects.find((effect) => effect.name === choice.effect)?.unit ?? '' },
      })),
      points: measured(run).map(({ swept, point }) => ({
        kind: point.kind,
        ...(point.kind !== 'baseline' && { direction: swept.of }),
        ...((point.kind === 'random' || point.kind === 'prompt') && { way: wayOf(swept) }),
        layers: point.layers,
        strength: point.layers ? point.strength : null,
        effect: point.effect,
        interval: point.interval,
        figures: point.figures,
        state: judge(point.figures, limits).verdict,
        texts: swept.cells.flatMap((cell) => {
          const text = run.texts.get(cell);
          if (!text) return [];
          const { on, seed, pieces, special, kl, reason, figures } = text;
          const written = pieces.filter((_, at) => !special[at]).join('');
          return [{ prompt: on, seed, text: written, kl: [...kl], reason, figures }];
        }),
      })),
    },
    null,
    1,
  );
}

export function saveSweep(run: SweepRun, as: 'csv' | 'json', limits: VerdictLimits): readonly SavedFile[] {
  const content = as === 'csv' ? sweepCsv(run, limits) : sweepJson(run, limits);
  return download([
    {
      fileName: `sweep.${as}`,
      mediaType: as === 'csv' ? 'text/csv' : 'application/json',
      content: new TextEncoder().encode(content),
    },
  ]);
}

function measured(run: SweepRun): readonly { readonly swept: SweptSetting; readonly point: MeasuredPoint }[] {
  return run.settings.flatMap((swept) => {
    const point = run.points.get(swept.setting.key);
    return point ? [{ swept, point }] : [];
  });
}

function directionOf({ directions }: SweepRun, { of }: SweptSetting) {
  return directions.find(({ id }) => id === of);
}

/** "instruction", "random 2". */
function wayOf({ setting }: SweptSetting): string {
  return setting.direction.split(' for ')[0] ?? setting.direction;
}
