/** Measures the gallery's directions of the bundled model; scripts/measure-gallery.mjs opens this page and keeps what it says. */
import { judge } from '../src/core/measures/index.js';
import { addedAt } from '../src/core/autopilot/index.js';
import { vectorsByLayer } from '../src/core/directions/by-layer.js';
import { sidesRead } from '../src/core/directions/sides-read.js';
import { emptyPlan } from '../src/core/steering/plan.js';
import {
  baselineSetting,
  cellsOf,
  evenStrengths,
  figuresOf,
  frontierOf,
  pointOf,
  settingsOf,
  usualChoice,
  type MeasuredPoint,
  type Setting,
  type TextFigures,
} from '../src/core/sweeps/index.js';
import type { CellResult } from '../src/protocol/api.js';
import { reportingPrompts } from '../src/app/presets/concepts.js';
import { loadGallery, type Measured, type MeasuredSetting, type Preset } from '../src/app/presets/gallery.js';
import { newTask, Ours } from './contestants.js';

const strengths = evenStrengths(0.15, 1.2, 8);
const seeds = [1, 2];
const tokens = 32;
const prompts = reportingPrompts.slice(0, 5);

/** @returns what was measured, by the preset's name */
export async function measureGallery(): Promise<Readonly<Record<string, Measured>>> {
  const ours = await Ours.load('wasm');
  const measured: Record<string, Measured> = {};
  for (const preset of await loadGallery()) {
    if (preset.models !== 'tales') continue;
    measured[preset.name] = await measure(ours, preset);
    console.log(preset.name, JSON.stringify(measured[preset.name]!.use));
  }
  ours.stop();
  return measured;
}

async function measure(ours: Ours, preset: Preset): Promise<Measured> {
  const { texts, method } = preset;
  const direction = await ours.remote.fitDirection({ task: newTask(), texts, method }, () => undefined);
  const { layers } = ours.model.shape;
  const choice = usualChoice(direction, null, preset);
  const spans = Array.from({ length: layers }, (_, layer) => [layer, layer] as const);
  const settings = [baselineSetting, ...settingsOf({ kind: 'steered', directions: [preset.name], spans, strengths })];
  const cells = cellsOf(settings, prompts, seeds, (setting) => ({
    plan: setting.layers ? addedAt(direction, setting.layers, setting.strength) : emptyPlan,
  }));
  const results = new Map<string, CellResult>();
  await ours.remote.sweep(
    {
      task: newTask(),
      cells,
      sampling: { temperature: 0.7, topK: 0, topP: 0.95, repetitionPenalty: 1, maxNewTokens: tokens },
      probes: [{ id: 'own', vectors: vectorsByLayer(direction, layers) }],
      targets: null,
    },
    (events) => {
      for (const event of events)
        if (event.type === 'cells') for (const cell of event.cells) results.set(cell.id, cell);
    },
  );
  const reading = {
    choice,
    probe: 0,
    probes: 1,
    layers,
    means: sidesRead(
      direction,
      direction.layers.find(({ layer }) => layer === choice.layer),
    ),
  };
  const figures = new Map<string, TextFigures>();
  for (const { id, setting } of cells) figures.set(id, figuresOf(results.get(id)!, reading, spanOf(setting)));
  const baselineOf = (on: number, seed: number) => {
    const cell = cells.find((it) => it.setting.kind === 'baseline' && it.on === on && it.seed === seed)!;
    return figures.get(cell.id)!;
  };
  const points = settings.slice(1).map((setting) => {
    const own = cells.filter((cell) => cell.setting === setting);
    return pointOf(
      setting,
      own.map(({ id, on, seed }) => ({ text: figures.get(id)!, baseline: baselineOf(on, seed), on })),
    );
  });
  const frontier = frontierOf(points);
  const within = frontier.filter((point) => judge(point.figures).verdict === 'within range');
  const { id, revision, dtype } = direction.model;
  return {
    model: [id, revision, dtype].filter(Boolean).join(', '),
    effect: { effect: choice.effect, layer: choice.layer },
    prompts: prompts.length,
    seeds: seeds.length,
    tokens,
    // Once more, since rounding may make two of them equal in one figure.
    frontier: frontierOf(frontier.map(plain)),
    use: within.length > 0 ? plain(within.at(-1)!) : null,
  };
}

function spanOf({ layers }: Setting): readonly number[] {
  return layers ? Array.from({ length: layers[1] - layers[0] + 1 }, (_, index) => layers[0] + index) : [];
}

/** To three digits behind the point: more would say more than was measured. */
function plain({ layers, strength, effect, interval, cost }: MeasuredPoint): MeasuredSetting {
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  const [low, high] = interval ?? [NaN, NaN];
  return {
    layers: [layers![0], layers![1]],
    strength,
    effect: round(effect),
    interval: [round(low), round(high)],
    cost: round(cost),
  };
}
