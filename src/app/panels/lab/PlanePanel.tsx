import { Button, Progress } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { cancelPlane, hidePlane, showPlane, type WantedPlane } from '../../engine/planes.js';
import { usePlane } from '../../stores/plane.js';
import { useSession } from '../../stores/session.js';
import { useTexts } from '../../stores/texts.js';
import { PlaneChoices } from './plane/PlaneChoices.js';
import { PlaneView } from './plane/PlaneView.js';
import { useWantedPlane } from './plane/usePlaced.js';
import { SteeredStrip } from './SteeredStrip.js';

/** Residuals of one layer in a plane, where arrows are drawn that steer. */
export function PlanePanel() {
  const wanted = useWantedPlane();
  const phase = useSession((state) => state.phase);
  const textShown = useTexts((state) => state.firstTextShown);
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const [seen, setSeen] = useState(false);
  // Reading the texts takes the model's time, so a plane that was never looked at is not spanned.
  if (inViewport && !seen) setSeen(true);
  useEffect(() => hidePlane, []);
  return (
    <div ref={ref} className="plane">
      <PlaneChoices wanted={wanted} />
      {wanted === null || !textShown ? (
        <p className="quiet plane-empty">
          {phase === 'failed' || phase === 'died'
            ? 'No model is running. Choose one at the top, then draw here.'
            : 'Drawn when the first text is complete.'}
        </p>
      ) : 'missing' in wanted ? (
        <p className="quiet plane-empty">{wanted.missing}</p>
      ) : (
        <>
          <Spanned wanted={wanted} read={seen} />
          <SteeredStrip />
        </>
      )}
    </div>
  );
}

function Spanned({ wanted, read }: { readonly wanted: WantedPlane; readonly read: boolean }) {
  const { shown, reading, failed } = usePlane();
  // An arrow that is drawn may be an axis of the plane; the plane follows when it is let go.
  const drawing = usePlane((state) => state.drawing !== null);
  const failedHere = failed?.key === wanted.key;
  const ready = read && !drawing && !failedHere;
  useEffect(() => {
    if (ready) void showPlane(wanted);
  }, [ready, wanted]);
  if (failedHere) {
    return (
      <div role="alert" className="plane-empty">
        <p className="quiet" style={{ margin: '0 0 8px' }}>
          {failed.error.code === 'cancelled' ? 'The texts were not read to their end.' : failed.error.message}
        </p>
        <Button size="compact-sm" variant="default" onClick={() => usePlane.setState({ failed: null })}>
          Read them again
        </Button>
      </div>
    );
  }
  const usable = shown && shown.epoch === wanted.epoch && (shown.key === wanted.key || drawing);
  if (usable) return <PlaneView wanted={wanted} shown={shown} />;
  const { done, total } = reading?.progress ?? { done: 0, total: 0 };
  return (
    <div className="plane-empty">
      <p className="quiet" style={{ margin: '0 0 8px' }}>
        {total > 0 ? `Reading the texts: ${done} of ${total}` : 'Reading the texts…'}
      </p>
      <Progress value={total > 0 ? (100 * done) / total : 0} aria-label="Texts that are read" size="sm" mb={8} />
      {reading && (
        <Button size="compact-sm" variant="default" onClick={cancelPlane}>
          Cancel
        </Button>
      )}
    </div>
  );
}
