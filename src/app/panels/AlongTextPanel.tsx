import { useMemo } from 'react';
import { alongTextFigure } from '../plots/alongTextFigure.js';
import { Plot } from '../plots/Plot.js';
import { alignmentAt, useTexts } from '../stores/texts.js';
import { hoverToken } from '../stores/view.js';
import { useFigureColours } from './figureColours.js';
import { useSelected } from './selected.js';
import { useSettled } from './useSettled.js';

/** Alignment at the shown layer along both texts. */
export function AlongTextPanel() {
  const selected = useSelected();
  const shown = useTexts((state) => state.firstTextShown);
  if (!selected || !shown) return null;
  const { entry, layer, version, direction } = selected;
  const where = layer === direction.model.layers - 1 ? `the last layer (${layer})` : `layer ${layer}`;
  return (
    <section className="card plot-card" aria-label="Alignment along the texts">
      <div className="row">
        <h2
          className="clip"
          title={`${entry.name || 'unnamed'} at ${where}, as the tints; “tints: layer” chooses another`}
        >
          Along the texts, {entry.name || 'unnamed'}
        </h2>
      </div>
      <Lines version={version} layer={layer} name={entry.name || 'unnamed'} />
      <div className="caption">
        <span className="clip" title={`alignment with ${entry.name || 'unnamed'} at ${where}`}>
          alignment at {where}
        </span>
        <span style={{ whiteSpace: 'nowrap' }}>
          <span aria-hidden>—</span> baseline{' '}
          <span aria-hidden style={{ color: 'var(--accent)' }}>
            —
          </span>{' '}
          steered
        </span>
      </div>
    </section>
  );
}

function Lines(props: { readonly version: string; readonly layer: number; readonly name: string }) {
  const { version, layer, name } = props;
  const baseline = useSettled(useTexts((state) => state.baseline));
  const steered = useSettled(useTexts((state) => state.steered));
  const colours = useFigureColours();
  const figure = useMemo(() => {
    const along = (text: typeof baseline): readonly number[] => {
      const probe = text.probes.indexOf(version);
      return text.tokens.map((token, position) => (position < text.fresh ? alignmentAt(token, probe, layer) : NaN));
    };
    const pieces = (text: typeof baseline): readonly string[] => text.tokens.map((token) => token.piece);
    return alongTextFigure({
      pieces: { baseline: pieces(baseline), steered: pieces(steered) },
      baseline: along(baseline),
      steered: along(steered),
      promptLength: steered.promptLength,
      directionName: name,
      layer,
      colours,
    });
  }, [baseline, steered, version, layer, name, colours]);
  return (
    <Plot
      figure={figure}
      label={`Alignment at layer ${layer} along the baseline and the steered text`}
      height={150}
      onHover={(column) => hoverToken(column === null ? null : { row: 'steered', position: column })}
    />
  );
}
