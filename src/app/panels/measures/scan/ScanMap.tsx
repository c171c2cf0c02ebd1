import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import { reachOf } from '../../../../core/scan/figures.js';
import { alignmentFigure, alignmentHeight, alignmentWidth } from '../../../plots/alignmentFigure.js';
import { Plot } from '../../../plots/Plot.js';
import { useFigureColours } from '../../figureColours.js';
import { quantityWords, type ScanView } from './ScanResults.js';
import { ScanScale } from './ScanScale.js';
import { mostDrawn } from './TintedText.js';

/** Layers × tokens of the scanned text. */
export function ScanMap(props: {
  readonly pieces: readonly string[];
  readonly special: readonly boolean[];
  /** [T][L] */
  readonly values: readonly (readonly number[])[];
  readonly view: ScanView;
}) {
  const { pieces, special, values, view } = props;
  const { layers, layer, quantity, direction } = view;
  const { ref, width: room } = useElementSize<HTMLDivElement>();
  const colours = useFigureColours();
  const reach = useMemo(
    () =>
      reachOf(
        values.flat(),
        values.flatMap((token, at) => token.map(() => special[at] ?? false)),
      ),
    [values, special],
  );
  const figure = useMemo(
    () =>
      alignmentFigure({
        pieces: pieces.slice(0, mostDrawn),
        values: values.slice(0, mostDrawn),
        layers,
        quantity,
        directionName: direction.name,
        layer,
        reach,
        colours,
      }),
    [pieces, values, layers, quantity, direction, layer, reach, colours],
  );
  const tokens = Math.min(pieces.length, mostDrawn);
  return (
    <figure className="scan-figure">
      <div ref={ref} className="plot-scroll" role="group" aria-label="Map of the scan, scrolls sideways">
        <Plot
          figure={figure}
          label={`${quantityWords(view)} of ${tokens} tokens at ${layers} layers`}
          width={Math.max(alignmentWidth(tokens), Math.floor(room) || 300)}
          height={alignmentHeight(layers)}
        />
      </div>
      <figcaption className="caption">
        <span>{quantityWords(view)} by layer (up) and token (across)</span>
        <ScanScale reach={reach} of="all tokens at all layers" />
      </figcaption>
    </figure>
  );
}
