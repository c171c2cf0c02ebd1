import { useMemo, useState } from 'react';
import type { FittedDirection } from '../../../core/directions/direction.js';
import { cosine } from '../../../core/tensors/vector.js';
import { Choice } from '../../controls/Choice.js';
import { matrixFigure, matrixLabelHeight } from '../../plots/matrixFigure.js';
import { Plot } from '../../plots/Plot.js';
import { fitFor, useDirections } from '../../stores/directions.js';
import { useSession } from '../../stores/session.js';
import { useFigureColours } from '../figureColours.js';
import { useSelected } from '../selected.js';
import { toldApart } from './toldApart.js';
import { LayerSelect } from './LayerSelect.js';
import { useLabLayer } from './useLabLayer.js';

const views = [
  { value: 'layer', label: 'At a layer' },
  { value: 'pairs', label: 'Pairs over layers' },
  { value: 'own', label: 'Layer with layer' },
] as const;
type CosineView = (typeof views)[number]['value'];

interface Named {
  readonly name: string;
  readonly direction: FittedDirection;
}

/** Cosines between directions, and of one with itself at other layers. */
export function CosinesPanel() {
  const [view, setView] = useState<CosineView>('layer');
  const entries = useDirections((state) => state.entries);
  const stamp = useSession((state) => state.loaded?.stamp);
  const selected = useSelected();
  const layer = useLabLayer();
  const colours = useFigureColours();
  const named = useMemo(() => {
    const fitted = entries.flatMap((entry): Named[] => {
      const direction = fitFor(entry, stamp);
      return direction ? [{ name: entry.name || 'unnamed', direction }] : [];
    });
    const names = toldApart(fitted.map(({ name }) => name));
    return fitted.map(({ direction }, index) => ({ name: names[index]!, direction }));
  }, [entries, stamp]);
  const own = selected?.direction ?? null;
  const layers = stamp?.layers ?? 0;
  const { values, rows, columns } = useMemo(() => {
    if (view === 'own') return ownLayers(own, layers);
    return view === 'layer' ? atLayer(named, layer) : pairsOverLayers(named, layers);
  }, [view, named, own, layer, layers]);
  const name = selected?.entry.name || 'unnamed';
  const says = useMemo(() => titles(layer, name)[view], [view, layer, name]);
  const figure = useMemo(
    () => matrixFigure({ ...says, values, rows, columns, quantity: 'cosine', reach: 1, colours }),
    [says, values, rows, columns, colours],
  );
  return (
    <div className="stack lab">
      <div className="row wrap">
        <div className="lab-choice">
          <Choice label="Cosines" value={view} options={views} onChange={setView} />
        </div>
        {view === 'layer' && <LayerSelect />}
        <span className="scale quiet" title="The one colour: the same direction; the other: opposite">
          −1
          <i />
          +1
        </span>
        {view === 'own' && selected && <span className="quiet">of {selected.entry.name || 'unnamed'}</span>}
      </div>
      {rows.length === 0 ? (
        <p className="quiet lab-note">{nothing[view]}</p>
      ) : (
        <Plot
          figure={figure}
          label={`Cosines, ${rows.length} rows by ${columns.length} columns`}
          height={Math.max(150, 16 + matrixLabelHeight(columns) + rows.length * (rows.length <= 8 ? 26 : 20))}
        />
      )}
      <p className="quiet" style={{ margin: 0 }}>
        1: the same direction; 0: at a right angle; −1: opposite. Two random directions are within about ±
        {(2 / Math.sqrt(stamp?.width ?? 4)).toFixed(2)} of 0 at this width.
      </p>
    </div>
  );
}

/** Of each view: its files' name and its title. */
const titles = (layer: number, own: string): Readonly<Record<CosineView, { name: string; title: string }>> => ({
  layer: { name: `cosines layer ${layer}`, title: `Cosines between directions at layer ${layer}` },
  pairs: { name: 'cosines over layers', title: 'Cosines between pairs of directions, by layer' },
  own: { name: `cosines ${own} layers`, title: `Cosines of ${own} at one layer with itself at others` },
});

const nothing: Readonly<Record<CosineView, string>> = {
  layer: 'No direction has a vector at this layer.',
  pairs: 'Two fitted directions make a pair. Add another one.',
  own: 'Select a direction that is fitted on this model.',
};

interface Matrix {
  readonly values: readonly (readonly number[])[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

const vectorAt = (direction: FittedDirection, layer: number): Float32Array | null =>
  direction.layers.find((it) => it.layer === layer)?.vector ?? null;

const between = (a: Float32Array | null, b: Float32Array | null): number => (a && b ? cosine(a, b) : NaN);

function atLayer(named: readonly Named[], layer: number): Matrix {
  const there = named.filter(({ direction }) => vectorAt(direction, layer));
  const names = there.map(({ name }) => name);
  const values = there.map((a) =>
    there.map((b) => between(vectorAt(a.direction, layer), vectorAt(b.direction, layer))),
  );
  return { values, rows: names, columns: names };
}

function pairsOverLayers(named: readonly Named[], layers: number): Matrix {
  const pairs = named.flatMap((a, index) => named.slice(index + 1).map((b) => [a, b] as const));
  const columns = Array.from({ length: layers }, (_, layer) => String(layer));
  const values = pairs.map(([a, b]) =>
    columns.map((_, layer) => between(vectorAt(a.direction, layer), vectorAt(b.direction, layer))),
  );
  return { values, rows: pairs.map(([a, b]) => `${a.name} · ${b.name}`), columns };
}

function ownLayers(direction: FittedDirection | null, layers: number): Matrix {
  if (!direction) return { values: [], rows: [], columns: [] };
  const columns = Array.from({ length: layers }, (_, layer) => String(layer));
  const values = columns.map((_, a) => columns.map((_, b) => between(vectorAt(direction, a), vectorAt(direction, b))));
  return { values, rows: columns, columns };
}
