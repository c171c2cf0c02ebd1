import { useMemo, useState } from 'react';
import { scanValues, type ScanQuantity } from '../../../../core/scan/figures.js';
import { LinesTable } from './LinesTable.js';
import { Extremes } from './Extremes.js';
import { SaveScan } from './SaveScan.js';
import { ScanMap } from './ScanMap.js';
import { TintedText } from './TintedText.js';
import type { ScanDirection, Scanned } from './useScanned.js';

export interface ScanView {
  readonly layers: number;
  /** Of the tints and lists. */
  readonly layer: number;
  readonly direction: ScanDirection;
  readonly quantity: ScanQuantity;
}

/** What was read: the lines with their means, and of one text the tinted tokens, the map over layers, and the outermost tokens. */
export function ScanResults(
  props: ScanView & {
    readonly scanned: Scanned;
    readonly stale: boolean;
    readonly byLine: boolean;
    readonly directions: readonly ScanDirection[];
  },
) {
  const { scanned, stale, byLine, directions, layers, layer, direction, quantity } = props;
  const { texts, probes } = scanned;
  const [line, setLine] = useState(0);
  const shown = Math.min(line, texts.length - 1);
  const probe = probes.indexOf(direction.version);
  const values = useMemo(
    () => texts.map((it) => scanValues(it, layers, probe, quantity, direction.means)),
    [texts, layers, probe, quantity, direction],
  );
  const text = texts[shown];
  if (!text || probe < 0) return null;
  const view: ScanView = { layers, layer, direction, quantity };
  const atLayer = values.map((it) => it.map((token) => token[layer] ?? NaN));
  const hasVector = direction.direction.layers.some((it) => it.layer === layer);
  const cut = texts.reduce((sum, it) => sum + it.cut, 0);
  const beyond = texts.reduce((sum, it) => sum + it.beyond, 0);
  return (
    <div className={`stack scan ${stale ? 'stale' : ''}`} aria-busy={stale}>
      {scanned.note !== null && (
        <p role="alert" className="scan-cut">
          {scanned.note}
        </p>
      )}
      {cut + beyond > 0 && (
        <p role="alert" className="scan-cut">
          {cut} tokens {beyond > 0 && `and ${beyond} characters behind them `}at the end were not read: the model’s
          context holds {text.text.ids.length}. Shorten the text, or scan it in parts.
        </p>
      )}
      {!hasVector && (
        <p className="quiet">
          “{direction.name}” has no vector at layer {layer}. It has one at{' '}
          {direction.direction.layers.map((it) => it.layer).join(', ')}.
        </p>
      )}
      {byLine && (
        <LinesTable
          texts={texts.map(({ text: { pieces, special } }, index) => ({ pieces, special, values: atLayer[index]! }))}
          view={view}
          chosen={shown}
          onChoose={setLine}
        />
      )}
      <TintedText text={text.text} values={atLayer[shown]!} view={view} />
      <ScanMap pieces={text.text.pieces} special={text.text.special} values={values[shown]!} view={view} />
      <Extremes text={text.text} values={atLayer[shown]!} view={view} />
      <SaveScan scanned={scanned} direction={direction} directions={directions} layers={layers} />
    </div>
  );
}

/** What a value is of, for people. */
export function quantityWords({ quantity, direction }: Pick<ScanView, 'quantity' | 'direction'>): string {
  const what = { alignment: 'cosine with', projection: 'projection on', score: 'score along' }[quantity];
  return `${what} ${direction.name}`;
}
