import { Button, CloseButton } from '@mantine/core';
import { useView } from '../../stores/view.js';
import { tourSteps } from './steps.js';
import { declineTour, takeTour } from './tour.js';

/** On a first visit: a line that offers the tour and is in nobody's way. */
export function TourOffer() {
  const offered = useView((state) => state.tourOffered);
  if (!offered) return null;
  return (
    <div className="status-strip" role="region" aria-label="Tour">
      <span>
        New here? <span className="quiet">Drag the strength slider and watch the steered text change.</span>
      </span>
      <Button size="compact-xs" onClick={() => void takeTour()}>
        Take the tour, {tourSteps.length} steps
      </Button>
      <span className="spacer" />
      <CloseButton size="sm" aria-label="No tour" title="The ? at the top offers it again" onClick={declineTour} />
    </div>
  );
}
