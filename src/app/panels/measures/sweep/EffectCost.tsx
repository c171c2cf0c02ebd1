import { useElementSize } from '@mantine/hooks';
import { useMemo, useRef, useState, type PointerEvent, type ReactNode, type Ref } from 'react';
import { layersText, plainNumber, signedNumber } from '../../../look/numbers.js';
import { markSize, pictureOfDrawing, type Key } from '../../../plots/drawnPicture.js';
import {
  effectCostScene,
  nearestPoint,
  type EffectCostPoint,
  type EffectCostScene,
  type PlacedPoint,
} from '../../../plots/effectCostScene.js';
import { layerColours } from '../../../plots/layerColours.js';
import { SaveMenu } from '../../../plots/SaveMenu.js';
import { useLimits } from '../../../stores/limits.js';
import { showPoint, useSweep } from '../../../stores/sweep.js';
import { useFigureColours } from '../../figureColours.js';
import { Term } from '../Term.js';
import { pointsTable, spansOf, steeredAt, type ShownRows, type SweepRow } from './sweepRows.js';

const height = 320;

/** Effect against cost, one curve a layer, the frontier marked. The table beside it is the way for keyboard and screen reader. */
export function EffectCost({ rows, direction, effect, unit, unitMeans }: ShownRows) {
  const colours = useFigureColours();
  const chosen = useSweep((state) => state.shown);
  const { ref, width } = useElementSize();
  const [hovered, setHovered] = useState<PlacedPoint | null>(null);
  const budget = useLimits((state) => state.limits.meanKl.strained);
  const drawing = useRef<SVGSVGElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const scene = useMemo(
    () => effectCostScene({ ...partsOf(rows), budget, width: width || 600, height }),
    [rows, budget, width],
  );
  const shades = layerColours(scene.curves.length, colours);
  const at = (event: PointerEvent<SVGSVGElement>): PlacedPoint | null => {
    const box = event.currentTarget.getBoundingClientRect();
    return nearestPoint(scene, event.clientX - box.left, event.clientY - box.top);
  };
  const all = [...scene.curves.flatMap(({ points }) => points), ...scene.others];
  const marked = all.find(({ key }) => key === chosen);
  const { left, right, top, bottom } = scene;
  return (
    <figure className="sweep-picture">
      <figcaption>
        <b>{effect}</b> gained (up), in <Term means={unitMeans}>{unit}</Term>, against cost (across): KL from the
        unsteered model, in nats a token. The thick line is the frontier of what is within range, ★ in the table:
        nothing else within range gives more for less. Hollow points are not within range: right of the dotted line, at{' '}
        {budget} nats, because of their cost; left of it because of something else that the table’s State says.
      </figcaption>
      <div ref={ref} className="savable">
        <SaveMenu
          label={`${effect} of ${direction.name} against cost`}
          name={`effect against cost ${direction.name}`}
          table={() => pointsTable(rows, effect, unit)}
          picture={(format) => {
            if (!drawing.current) throw new Error('The picture is not drawn. Open the Sweep tab and save it again.');
            return pictureOfDrawing(drawing.current, format, {
              background: colours.card,
              ink: colours.ink,
              keys: keysOf(legend.current, colours.ink),
              title: `${effect} of ${direction.name} against its cost, by layer`,
              axes: { up: `${effect}, gained, in ${unit}`, across: 'cost: KL from the unsteered model, nats a token' },
            });
          }}
        />
        {/* Its points are in the table too, where the keyboard reaches them. */}
        <svg
          ref={drawing}
          className={`effect-cost ${hovered ? 'over' : ''}`}
          role="img"
          aria-label={`Effect against cost of ${direction.name}, ${rows.length} points; the table below has them all`}
          width="100%"
          height={height}
          onPointerMove={(event) => setHovered(at(event))}
          onPointerLeave={() => setHovered(null)}
          onPointerUp={(event) => {
            const point = at(event);
            if (point) showPoint(point.key);
          }}
        >
          <g className="axes">
            {scene.effects.map(({ at: y, label }) => (
              <g key={label} className={label === '0' ? 'zero' : ''}>
                <path d={`M${left} ${y}H${right}`} />
                <text x={left - 6} y={y + 3.5} textAnchor="end">
                  {label}
                </text>
              </g>
            ))}
            {scene.costs.map(({ at: x, label }) => (
              <g key={label}>
                <path d={`M${x} ${top}V${bottom}`} />
                <text x={x} y={bottom + 15} textAnchor="middle">
                  {label}
                </text>
              </g>
            ))}
            <path className="budget" d={`M${scene.budget} ${top}V${bottom}`} />
          </g>
          <path className="frontier" d={scene.frontier} />
          {scene.curves.map(({ name, path, points }, index) => (
            <g key={name} stroke={shades[index]} fill={shades[index]}>
              <path d={path} fill="none" strokeWidth={1.4} />
              {points.map(({ key, x, y, state }) => (
                <path key={key} className={stateClass[state]} d={disc[state]} transform={`translate(${x} ${y})`} />
              ))}
            </g>
          ))}
          {scene.others.map(({ key, kind, x, y, state }) => (
            <path
              key={key}
              className={`mark ${kind} ${stateClass[state]}`}
              d={marks[kind]}
              transform={`translate(${x} ${y})`}
            />
          ))}
          {[hovered, marked].map(
            (point, index) => point && <circle key={index} className="ring" cx={point.x} cy={point.y} r={8} />,
          )}
        </svg>
      </div>
      <p className="quiet effect-cost-now">{hovered ? wordsOf(hovered) : 'Point at the picture to name its points.'}</p>
      <Legend ref={legend} scene={scene} shades={shades} budget={budget} />
    </figure>
  );
}

/** Around their middle. */
const marks = {
  steered: '',
  prompt: 'M-4.5-4.5H4.5V4.5H-4.5Z',
  random: 'M-4-4L4 4M4-4L-4 4',
  baseline: 'M0-5.5L5.5 0L0 5.5L-5.5 0Z',
} as const;
const circle = 'M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0-6.8 0Z';
/** What is broken is struck through. */
const disc = { 'within range': circle, strained: circle, broken: `${circle}M-5 5L5-5` } as const;
const stateClass = { 'within range': 'within', strained: 'hollow', broken: 'hollow broken' } as const;
const kindWords = {
  prompt: 'in words',
  random: 'random directions, pale where not within range',
  baseline: 'no steering',
} as const;

/** Every line and mark with its words. Saved pictures take theirs from here. */
function Legend(props: {
  readonly ref: Ref<HTMLUListElement>;
  readonly scene: EffectCostScene;
  readonly shades: readonly string[];
  readonly budget: number;
}) {
  const { ref, scene, shades, budget } = props;
  const points = scene.curves.flatMap((curve) => curve.points);
  const states = (['strained', 'broken'] as const).filter((state) => points.some((point) => point.state === state));
  const kinds = (['prompt', 'random', 'baseline'] as const).filter((kind) =>
    scene.others.some((point) => point.kind === kind),
  );
  return (
    <ul ref={ref} className="effect-cost-legend quiet">
      {scene.curves.map(({ name }, index) => (
        <Entry key={name} words={name}>
          <g stroke={shades[index]} fill={shades[index]}>
            <path d="M0 6H16" strokeWidth={1.4} />
            <path className="within" d={circle} transform="translate(8 6)" />
          </g>
        </Entry>
      ))}
      {states.map((state) => (
        <Entry key={state} words={state}>
          <path className={`sample ${stateClass[state]}`} d={disc[state]} transform="translate(8 6)" />
        </Entry>
      ))}
      {kinds.map((kind) => (
        <Entry key={kind} words={kindWords[kind]}>
          <path className={`mark ${kind}`} d={marks[kind]} transform="translate(8 6)" />
        </Entry>
      ))}
      {scene.frontier !== '' && (
        <Entry words="frontier (★): nothing else within range gives more for less">
          <path className="frontier" d="M0 6H16" />
        </Entry>
      )}
      <Entry words={`${budget} nats a token: strained beyond`}>
        <path className="budget" d="M8 0V12" />
      </Entry>
    </ul>
  );
}

function Entry({ words, children }: { readonly words: string; readonly children: ReactNode }) {
  return (
    <li>
      <svg {...markSize} aria-hidden>
        {children}
      </svg>
      {words}
    </li>
  );
}

function keysOf(legend: HTMLUListElement | null, colour: string): readonly Key[] {
  return [...(legend?.querySelectorAll('li') ?? [])].map((entry) => ({
    colour,
    words: entry.textContent,
    mark: entry.querySelector<SVGElement>('svg > *'),
  }));
}

function partsOf(rows: readonly SweepRow[]) {
  const baseline = rows.filter(({ setting }) => setting.kind === 'baseline');
  return {
    curves: spansOf(rows).map((span) => ({
      name: layersText(span),
      // A curve goes through the text as it is.
      points: [...steeredAt(rows, span), ...baseline]
        .sort((a, b) => a.setting.strength - b.setting.strength)
        .map(pointOf),
    })),
    others: rows.filter(({ setting }) => setting.kind !== 'steered').map(pointOf),
    frontier: rows.filter(({ onFrontier }) => onFrontier).map(pointOf),
  };
}

function pointOf({ setting, label, point: { effect, cost }, judgement }: SweepRow): EffectCostPoint {
  return { key: setting.key, kind: setting.kind, label, effect, cost, state: judgement.verdict };
}

function wordsOf({ label, effect, cost, state }: EffectCostPoint): string {
  return `${label}: effect ${signedNumber(effect)}, cost ${plainNumber(cost)} nats a token, ${state}. Click to read its texts.`;
}
