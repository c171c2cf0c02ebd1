/** The figures of the compounding tab, of the runs that there are. */
import type { CompoundingRun, TextReadTwice } from '../../../../core/compounding/run.js';
import { distinctAlong } from '../../../../core/measures/index.js';
import { bandOf, bandsAlong, mapBand } from '../../../../core/statistics/band.js';
import type { Numbers } from '../../../../core/tensors/vector.js';
import { bandsFigure, type BandLine } from '../../../plots/bandsFigure.js';
import { driftFigure } from '../../../plots/driftFigure.js';
import type { Figure, FigureColours } from '../../../plots/figure.js';
import type { CompoundingSubject } from '../../../stores/compounding.js';

/** Which text is read with the plan and without it. */
export type SameText = 'baseline' | 'steered';

export interface Curves {
  readonly kl: Figure;
  readonly sameAlignment: Figure | null;
  readonly drift: Figure;
  readonly perplexity: Figure;
  readonly ownAlignment: Figure | null;
  readonly distinct: Figure;
  readonly impulse: Figure | null;
  readonly lengths: Figure | null;
}

const token = { name: 'generated token', unit: '' };
const nats = { name: 'KL', unit: 'nats' };
/** KL is never below 0, and neither is what can be said of it. */
const klAlong = (texts: readonly TextReadTwice[]) =>
  bandsAlong(texts.map(({ kl }) => kl)).map((band) => mapBand(band, (value) => Math.max(0, value)));
/** Pairs of so many tokens are counted before the share of different ones is shown: of two, it is always 1. */
const fewestTokens = 4;

export function curvesOf(
  runs: readonly CompoundingRun[],
  subject: CompoundingSubject,
  same: SameText,
  colours: FigureColours,
): Curves {
  const { impulse, layer, directionName } = subject;
  const impulses = runs.flatMap((run) => run.impulse ?? []);
  const names = { baseline: 'unsteered', steered: 'steered', impulse: `first ${impulse} steered` };
  const base = (bands: BandLine['bands'], name = names.baseline): BandLine => ({ name, bands, colour: colours.mute });
  const full = (bands: BandLine['bands'], name = names.steered): BandLine => ({ name, bands, colour: colours.accent });
  const pulse = (bands: BandLine['bands']): BandLine => ({ name: names.impulse, bands, colour: colours.positive, dash: 'dash' }); // prettier-ignore
  /** A line for each kind of text. */
  const own = (series: (text: TextReadTwice) => Numbers, then = (bands: BandLine['bands']) => bands): BandLine[] => [
    base(then(bandsAlong(runs.map(({ baseline }) => series(baseline))))),
    full(then(bandsAlong(runs.map(({ steered }) => series(steered))))),
    ...(impulses.length > 0 ? [pulse(then(bandsAlong(impulses.map(series))))] : []),
  ];
  const onText = same === 'baseline' ? 'the unsteered text' : 'the steered text';
  const read = runs.map((run) => run[same]);
  const cosine = { name: 'alignment', unit: 'cosine' };
  const at = `with ${directionName} at layer ${layer ?? ''}`;
  return {
    kl: bandsFigure({
      name: 'compounding kl same text',
      title: 'KL(steered ‖ unsteered) by token on the same text, nats',
      x: token,
      y: nats,
      lines: [
        base(klAlong(runs.map(({ baseline }) => baseline)), 'on the unsteered text'),
        full(klAlong(runs.map(({ steered }) => steered)), 'on the steered text'),
      ],
      colours,
    }),
    sameAlignment:
      layer === null
        ? null
        : bandsFigure({
            name: `compounding alignment ${same} text ${directionName} layer ${layer}`,
            title: `Alignment (cosine) ${at} on ${onText}`,
            x: token,
            y: cosine,
            lines: [
              base(bandsAlong(read.map(({ alignment }) => alignment.unsteered)), 'read without the plan'),
              full(bandsAlong(read.map(({ alignment }) => alignment.steered)), 'read with it'),
            ],
            colours,
          }),
    drift: driftFigure({
      name: `compounding residual drift ${same} text`,
      title: `Residual drift ‖x steered − x unsteered‖ / ‖x unsteered‖ on ${onText}, ▸ the plan acts there`,
      values: meanDrift(read, subject.layers),
      layers: subject.layers,
      steered: subject.steeredLayers,
      colours,
    }),
    perplexity: bandsFigure({
      name: 'compounding perplexity own texts',
      title: 'Perplexity of each text under the unsteered model, by token',
      x: token,
      y: { name: 'perplexity', unit: 'tokens' },
      log: true,
      lines: own(
        ({ baselineNll }) => baselineNll,
        (bands) => bands.map((band) => mapBand(band, Math.exp)),
      ),
      colours,
    }),
    ownAlignment:
      layer === null
        ? null
        : bandsFigure({
            name: `compounding alignment own texts ${directionName} layer ${layer}`,
            title: `Alignment (cosine) ${at} of each text, read by the unsteered model`,
            x: token,
            y: cosine,
            lines: own(({ alignment }) => alignment.unsteered),
            colours,
          }),
    distinct: bandsFigure({
      name: 'compounding distinct pairs own texts',
      title: 'Share of different pairs of neighbouring tokens, up to each token (distinct-2)',
      x: token,
      y: { name: 'distinct-2', unit: 'share' },
      range: [0, 1.05],
      lines: own(({ ids }) => distinctAlong(ids, 2).fill(NaN, 0, fewestTokens)),
      colours,
    }),
    impulse:
      impulses.length === 0
        ? null
        : bandsFigure({
            name: `compounding impulse ${impulse} tokens`,
            title: `KL by token on each plan’s own text: steered throughout, and at the first ${impulse} tokens alone, nats`,
            x: token,
            y: nats,
            shadedTo: impulse,
            lines: [full(klAlong(runs.map(({ steered }) => steered))), pulse(klAlong(impulses))],
            colours,
          }),
    lengths: lengthsFigure(runs, subject, colours),
  };
}

/** [tokens][layers], of the texts that reach the token. */
function meanDrift(texts: readonly TextReadTwice[], layers: number): readonly (readonly number[])[] {
  const longest = Math.max(0, ...texts.map(({ ids }) => ids.length));
  return Array.from({ length: longest }, (_, at) => {
    const there = texts.filter(({ ids }) => at < ids.length);
    return Array.from(
      { length: layers },
      (_, layer) => bandOf(there.map(({ drift }) => drift[at * layers + layer]!)).mean,
    );
  });
}

function lengthsFigure(
  runs: readonly CompoundingRun[],
  { readTokens }: CompoundingSubject,
  colours: FigureColours,
): Figure | null {
  const at = [...new Set(runs.flatMap(({ lengths }) => lengths.map(({ length }) => length)))].sort((a, b) => a - b);
  if (at.length < 2) return null;
  const bands = at.map((wanted) =>
    bandOf(runs.flatMap(({ lengths }) => lengths.filter(({ length }) => length === wanted).map(({ kl }) => kl))),
  );
  return bandsFigure({
    name: 'compounding kl by context length',
    title: `Mean KL over the same ${readTokens} tokens of the unsteered text, by the length of the text before them, nats`,
    x: { name: 'tokens of context', unit: '' },
    y: nats,
    at,
    points: true,
    lines: [{ name: 'mean KL', bands, colour: colours.accent }],
    colours,
  });
}
