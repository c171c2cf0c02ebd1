/** The autopilot against a full sweep, on ten concepts of the bundled model. */
import {
  addedAt,
  choose,
  firstPlaces,
  Measurer,
  splitTexts,
  waysFor,
  type MeasuredOn,
} from '../../src/core/autopilot/index.js';
import { choosingPrompts, concepts, reportingPrompts, type Concept } from '../../src/app/presets/concepts.js';
import { vectorsByLayer } from '../../src/core/directions/by-layer.js';
import type { FittedDirection } from '../../src/core/directions/direction.js';
import { judge } from '../../src/core/measures/index.js';
import type { MeasuredText } from '../../src/core/outcomes/index.js';
import { defaultSampling } from '../../src/core/sampling.js';
import { steeredSetting, usualChoice, type MeasuredPoint, type SettingCell } from '../../src/core/sweeps/index.js';
import type { Ours } from '../contestants.js';
import { newTask } from '../contestants.js';

export const budget = 1.5;
const tokens = 32;
/** Of single layers; over w layers each takes 1/w^0.75 of it. Factors of √1.6, from far below the budget to far above. */
const strengths = Array.from({ length: 9 }, (_, step) => 0.08 * 1.45 ** step);
/** As many as tell shares apart that differ by a few hundredths: one text's effect varies by half of it. */
const from = (first: number): readonly number[] => Array.from({ length: 32 }, (_, step) => first + step);
const seeds = {
  choosing: [101],
  sweep: [201],
  comparing: from(301),
  afresh: from(401),
};
/** The sweep goes over the held-out prompts themselves; what is compared is written on them with new seeds. */
const sweptPrompts = reportingPrompts;
/** So many of the sweep's best arms are written again, since the best of hundreds is partly lucky. */
const contenders = 5;

export interface AutopilotRow {
  readonly concept: string;
  /** What each chose, for people. */
  readonly chosen: string;
  readonly best: string;
  /** On held-out prompts with new seeds, at the same cost: the choice's effect and cost, the sweep's effect there. */
  readonly effect: number;
  readonly cost: number;
  readonly bestEffect: number;
  readonly share: number;
  /** The same two once more with seeds by which neither was chosen: the best of five noisy means is partly lucky still. */
  readonly shareAfresh: number;
  /** The same against the best figure that the sweep itself saw there, which luck has a part in. */
  readonly shareOfSeen: number;
  readonly texts: number;
  readonly sweepTexts: number;
  readonly graphTokens: number;
  readonly sweepGraphTokens: number;
  readonly seconds: number;
  readonly sweepSeconds: number;
}

/** A sweep that was written, with what was written of it; plain data, so that it can be kept. */
export interface WrittenSweep {
  /** Names all that it depends on but the engine. */
  readonly of: string;
  readonly points: readonly Point[];
  readonly texts: number;
  readonly tokens: number;
  readonly milliseconds: number;
}

/** Gives the sweep that was kept under a concept's name, and keeps one. */
export interface Shelf {
  readonly taken: (concept: string) => Promise<WrittenSweep | null>;
  readonly put: (concept: string, sweep: WrittenSweep) => Promise<void>;
}

/** One concept at a time, so that what is done is told. A sweep takes minutes and does not depend on the search, so it is kept. */
export async function autopilotAgainstSweep(ours: Ours, concept: Concept, shelf: Shelf): Promise<AutopilotRow> {
  const { finding, judging } = splitTexts(concept.texts);
  const fit = (method: string, texts: typeof finding) =>
    ours.remote.fitDirection({ task: newTask(), texts, method }, () => undefined);
  const directions = new Map<string, FittedDirection>();
  for (const way of waysFor(finding)) directions.set(way, await fit(way, finding));
  const [first] = directions.values();
  const judgeOf = await fit('mean-difference', judging);
  const writer = new Writer(ours, judgeOf, usualChoice(first!, null, concept));
  const { layers } = ours.model.shape;
  const sweep = await sweepOf(concept, directions, writer, layers, shelf);

  const search = writer.counting({ prompts: choosingPrompts, seeds: seeds.choosing });
  const { best } = await choose(directions, search.measurer, {
    layers,
    budget,
    prompts: choosingPrompts.length,
    onProgress: () => undefined,
  });
  if (!best) throw new Error(`The autopilot found nothing for ${concept.name}.`);

  const choice = { ...best.arm, strength: best.strength };
  const compare = writer.counting({ prompts: reportingPrompts, seeds: seeds.comparing });
  const [{ effect, cost }] = (await compare.points(directions, [choice])) as [Point];
  const seen = curvesOf(sweep.points)
    .flatMap((curve) => atCost(curve, cost))
    .sort((a, b) => b.effect - a.effect);
  const again = await compare.points(directions, seen.slice(0, contenders));
  const [top] = again.flatMap((point) => atCost([point], cost, true)).sort((a, b) => b.effect - a.effect);
  if (!top || !seen[0]) throw new Error(`The sweep has no point at the cost of the choice for ${concept.name}.`);

  const afresh = writer.counting({ prompts: reportingPrompts, seeds: seeds.afresh });
  const [choiceAfresh, topAfresh] = (await afresh.points(directions, [choice, top])) as [Point, Point];
  const [{ effect: bestAfresh }] = atCost([topAfresh], choiceAfresh.cost, true) as [Named & { effect: number }];
  const name = ({ method, layers: [from, to], strength }: Named) =>
    `${method} @${from === to ? from : `${from}–${to}`}, ${strength.toFixed(2)}`;
  return {
    concept: concept.name,
    chosen: name(choice),
    best: name(top),
    effect,
    cost,
    bestEffect: top.effect,
    share: effect / top.effect,
    shareAfresh: choiceAfresh.effect / bestAfresh,
    shareOfSeen: effect / seen[0].effect,
    texts: search.texts,
    sweepTexts: sweep.texts,
    graphTokens: search.tokens,
    sweepGraphTokens: sweep.tokens,
    seconds: search.milliseconds / 1000,
    sweepSeconds: sweep.milliseconds / 1000,
  };
}

/** Method × place × strength on the held-out prompts; the one that was kept when it is of the same. */
async function sweepOf(
  concept: Concept,
  directions: ReadonlyMap<string, FittedDirection>,
  writer: Writer,
  layers: number,
  shelf: Shelf,
): Promise<WrittenSweep> {
  const grid = [...directions].flatMap(([method, { layers: at }]) =>
    firstPlaces(
      layers,
      at.map(({ layer }) => layer),
    ).flatMap((place) => {
      const width = place[1] - place[0] + 1;
      return strengths.map((strength): Named => ({ method, layers: place, strength: strength / width ** 0.75 }));
    }),
  );
  const of = JSON.stringify([concept, grid, sweptPrompts, seeds.sweep, tokens, defaultSampling]);
  const kept = await shelf.taken(concept.name);
  if (kept?.of === of) return kept;
  const counted = writer.counting({ prompts: sweptPrompts, seeds: seeds.sweep });
  const points = await counted.points(directions, grid);
  const { texts, tokens: graphTokens, milliseconds } = counted;
  const sweep = { of, points, texts, tokens: graphTokens, milliseconds };
  await shelf.put(concept.name, sweep);
  return sweep;
}

/** The points of each arm, without those whose texts are broken. */
function curvesOf(points: readonly Point[]): readonly (readonly Point[])[] {
  const curves = Map.groupBy(
    points.filter(({ figures }) => judge(figures).verdict !== 'broken'),
    ({ method, layers }) => `${method} ${layers.join('-')}`,
  );
  return [...curves.values()];
}

interface Named {
  readonly method: string;
  readonly layers: readonly [number, number];
  readonly strength: number;
}

type Point = Omit<MeasuredPoint, 'layers'> & Named;

/**
 * What an arm does at a cost, by straight lines between its strengths. None when the cost is beyond its ends.
 *
 * @param extended beyond the ends the effect is taken as proportional to the root of the cost
 */
function atCost(curve: readonly Point[], cost: number, extended = false): readonly (Named & { effect: number })[] {
  const sorted = [...curve].sort((a, b) => a.strength - b.strength);
  const above = sorted.findIndex((point) => point.cost >= cost);
  const [low, high] = [sorted[above - 1], sorted[above]];
  if (low && high) {
    const share = (cost - low.cost) / (high.cost - low.cost);
    const between = (key: 'effect' | 'strength') => low[key] + share * (high[key] - low[key]);
    return [{ ...high, strength: between('strength'), effect: between('effect') }];
  }
  const end = high ?? sorted.at(-1);
  return extended && end ? [{ ...end, effect: end.effect * Math.sqrt(cost / end.cost) }] : [];
}

/** Writes texts with our worker, and counts them. */
class Writer {
  constructor(
    private readonly ours: Ours,
    private readonly judging: FittedDirection,
    private readonly choice: ReturnType<typeof usualChoice>,
  ) {}

  counting(on: Pick<MeasuredOn, 'prompts' | 'seeds'>): Counted {
    const { layers } = this.ours.model.shape;
    const at = this.judging.layers.find(({ layer }) => layer === this.choice.layer)!;
    const reading = { choice: this.choice, probe: 0, probes: 1, layers, means: at.means ?? null };
    const counted = new Counted(on, reading, async (cells) => {
      const { texts, tokens, milliseconds } = await this.write(cells);
      counted.texts += cells.length;
      counted.tokens += tokens;
      counted.milliseconds += milliseconds;
      return texts;
    });
    return counted;
  }

  private async write(cells: readonly SettingCell[]) {
    const texts: (MeasuredText & { readonly id: string })[] = [];
    const { seed: _, ...sampling } = { ...defaultSampling, maxNewTokens: tokens };
    const vectors = vectorsByLayer(this.judging, this.ours.model.shape.layers);
    const sent = cells.map(({ setting: _setting, on: _on, ...cell }) => cell);
    const { promise: ended, resolve } = Promise.withResolvers<undefined>();
    const request = { task: newTask(), cells: sent, sampling, probes: [{ id: 'judge', vectors }], targets: null };
    const result = await this.ours.remote.sweep(request, (events) => {
      for (const event of events) if (event.type === 'cells') texts.push(...event.cells);
      if (texts.length >= cells.length) resolve(undefined);
    });
    await ended;
    return { texts, ...result };
  }
}

class Counted {
  texts = 0;
  tokens = 0;
  milliseconds = 0;
  readonly measurer: Measurer;

  constructor(
    private readonly on: Pick<MeasuredOn, 'prompts' | 'seeds'>,
    reading: MeasuredOn['reading'],
    write: MeasuredOn['write'],
  ) {
    this.measurer = new Measurer({ ...on, reading, write });
  }

  /** In the order of what is asked; on all prompts. */
  async points(directions: ReadonlyMap<string, FittedDirection>, asked: readonly Named[]): Promise<readonly Point[]> {
    const on = this.on.prompts.map((_, prompt) => prompt);
    const points = await this.measurer.points(
      asked.map(({ method, layers, strength }) => ({
        setting: steeredSetting('steered', method, layers, strength),
        means: { plan: addedAt(directions.get(method)!, layers, strength) },
        on,
      })),
    );
    // Only what names it is taken from what was asked: it may come with figures of its own, seen on other texts.
    return points.map((point, index) => {
      const { method, layers, strength } = asked[index]!;
      return { ...point, method, layers, strength };
    });
  }
}

export { concepts };
