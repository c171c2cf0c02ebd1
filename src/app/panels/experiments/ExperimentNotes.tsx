import { Alert } from '@mantine/core';
import type { Parting } from '../../../core/experiments/index.js';
import { useExperiments, type Reproduction } from '../../stores/experiments.js';

/** What there is to know of the experiment that was opened: what is other here, and whether its texts came out the same. */
export function ExperimentNotes() {
  const { notes, reproduction } = useExperiments();
  return (
    <div className="experiment-notes" role="status" aria-label="About this experiment">
      {notes.map((note) => (
        <Note key={note} onClose={() => useExperiments.setState({ notes: notes.filter((other) => other !== note) })}>
          {note}
        </Note>
      ))}
      {reproduction && (
        <Note onClose={() => useExperiments.setState({ reproduction: null })}>
          <ReproductionWords {...reproduction} />
        </Note>
      )}
    </div>
  );
}

function Note({ onClose, children }: { readonly onClose: () => void; readonly children: React.ReactNode }) {
  return (
    <Alert className="experiment-note" withCloseButton closeButtonLabel="Dismiss" onClose={onClose} p="8px 12px">
      {children}
    </Alert>
  );
}

function ReproductionWords({ kept, result }: Reproduction) {
  if (!result) return <>The texts are written again, to see whether they come out as they were…</>;
  const { baseline, steered, reasons } = result;
  if (!baseline && !steered) {
    const count = (text: { ids: readonly number[]; promptLength: number }): number =>
      text.ids.length - text.promptLength;
    return (
      <>
        The texts are the same as where this experiment was made, token for token ({count(kept.baseline)} of the
        baseline, {count(kept.steered)} steered).
      </>
    );
  }
  return (
    <>
      {baseline ? partingWords('baseline', baseline) : 'The baseline is the same, token for token.'}{' '}
      {steered ? partingWords('steered text', steered) : 'The steered text is the same, token for token.'}{' '}
      {reasons.length > 0
        ? `What is other here: ${reasons.join('; ')}.`
        : 'Model, weights and device are called the same, so another browser or processor may round otherwise.'}
    </>
  );
}

function partingWords(what: string, { token, kept, here }: Parting): string {
  if (token < 0) return `The ${what}’s prompt has other tokens than where it was made.`;
  return `The ${what} parts from the kept one at generated token ${token + 1}: it was ${quoted(kept)}, here it is ${quoted(here)}.`;
}

function quoted(piece: string | null): string {
  if (piece === null) return 'the end';
  return piece === '' ? 'a special token' : `“${piece}”`;
}
