import { Button, NativeSelect, Switch, Textarea } from '@mantine/core';
import type { LoadedModel } from '../../../../protocol/api.js';
import { Choice } from '../../../controls/Choice.js';
import { scanExample } from '../../../presets/scan.js';
import { useScan } from '../../../stores/scan.js';
import { useSession } from '../../../stores/session.js';
import { replyOf, useTexts } from '../../../stores/texts.js';
import { useView } from '../../../stores/view.js';
import { AnswerNote } from '../../lab/AnswerNote.js';
import { ScanResults } from './ScanResults.js';
import { useScanDirection, useScanDirections, useScanned, type ScanDirection } from './useScanned.js';

const quantities = [
  { value: 'alignment', label: 'Cosine' },
  { value: 'projection', label: 'Projection' },
  { value: 'score', label: 'Score' },
] as const;

const meanings = {
  alignment: 'Cosine of the residual with the direction, −1 to +1.',
  projection: 'Dot product of the residual with the direction’s unit vector, in the residual’s own unit.',
  score: 'Projection on a scale where the mean of the direction’s own texts is +1 on its one side and −1 on the other.',
} as const;

/** Any text read along a direction, token by token and layer by layer. */
export function ScanPanel() {
  const loaded = useSession((state) => state.loaded);
  if (!loaded) return <p className="quiet lab-note">Open a model to scan texts with it.</p>;
  return <Scan loaded={loaded} />;
}

function Scan({ loaded }: { readonly loaded: LoadedModel }) {
  const { text, byLine, quantity } = useScan();
  const directions = useScanDirections(loaded);
  const direction = useScanDirection(directions);
  const answer = useScanned(loaded, directions);
  const layer = useScanLayer(loaded, direction);
  if (!direction) {
    return <p className="quiet lab-note">Make a direction first; any text can then be read along it here.</p>;
  }
  const hasScore = direction.means.some((it) => it !== null);
  const shown = quantity === 'score' && !hasScore ? 'alignment' : quantity;
  return (
    <div className="stack lab">
      <p className="quiet lab-about">
        Test a direction on your own sentences: the unsteered model reads the text, nothing is written. Line by line,
        each line is a text of its own, with its mean.
        {loaded.chat && ' It is read as it is typed, without the chat template.'}
      </p>
      <ScanText />
      <div className="row wrap">
        <span className="row quiet">
          along
          <NativeSelect
            size="xs"
            aria-label="Direction of the scan"
            value={direction.id}
            onChange={(event) => useScan.setState({ directionId: event.currentTarget.value })}
            data={directions.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </span>
        <div className="lab-choice">
          <Choice
            label="Quantity of the scan"
            value={shown}
            options={hasScore ? quantities : quantities.slice(0, 2)}
            onChange={(value) => useScan.setState({ quantity: value })}
          />
        </div>
        <ScanLayer layers={loaded.shape.layers} layer={layer} />
      </div>
      <p className="quiet" style={{ margin: 0 }}>
        {meanings[shown]}
        {!hasScore && ' No score: the direction was not made from two sides of texts at the block’s output.'}
      </p>
      <AnswerNote answer={answer} />
      {text.trim() === '' ? (
        <p className="quiet" style={{ margin: 0 }}>
          Type or paste a text above, or take the example.
        </p>
      ) : (
        answer.value && (
          <ScanResults
            scanned={answer.value}
            stale={answer.pending}
            byLine={byLine}
            layers={loaded.shape.layers}
            layer={layer}
            direction={direction}
            directions={directions}
            quantity={shown}
          />
        )
      )}
    </div>
  );
}

function ScanText() {
  const { text, byLine } = useScan();
  const reply = useTexts((state) => replyOf(state.steered));
  return (
    <>
      <Textarea
        label="Text to scan"
        size="sm"
        autosize
        minRows={3}
        maxRows={9}
        value={text}
        placeholder="Lily was so happy."
        onChange={(event) => useScan.setState({ text: event.currentTarget.value })}
      />
      <div className="row wrap">
        <Button size="compact-sm" variant="default" onClick={() => useScan.setState({ text: scanExample })}>
          Example
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={reply === ''}
          onClick={() => useScan.setState({ text: reply })}
        >
          Take the steered text
        </Button>
        <Switch
          size="sm"
          label="Line by line"
          checked={byLine}
          onChange={(event) => useScan.setState({ byLine: event.currentTarget.checked })}
        />
      </div>
    </>
  );
}

/** The chosen layer, or that of the page's tints, or the direction's last; always one that the model has. */
function useScanLayer(loaded: LoadedModel, direction: ScanDirection | null): number {
  const chosen = useScan((state) => state.layer);
  const tints = useView((state) => state.layer);
  const last = loaded.shape.layers - 1;
  return Math.min(chosen ?? tints ?? direction?.direction.layers.at(-1)?.layer ?? last, last);
}

function ScanLayer({ layers, layer }: { readonly layers: number; readonly layer: number }) {
  const chosen = useScan((state) => state.layer);
  return (
    <span className="row quiet">
      layer
      <NativeSelect
        size="xs"
        aria-label="Layer of the scan"
        value={chosen === null ? '' : String(layer)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          useScan.setState({ layer: value === '' ? null : Number(value) });
        }}
        data={[
          { value: '', label: chosen === null ? `as the tints (${layer})` : 'as the tints' },
          ...Array.from({ length: layers }, (_, at) => ({ value: String(at), label: String(at) })),
        ]}
      />
    </span>
  );
}
