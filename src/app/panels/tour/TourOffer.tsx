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
      <span style={{ flex: '1 1 200px' }}>
        New here? <span className="quiet">Drag the slider on the left and watch the steered text, or</span>
      </span>
      <Button size="compact-xs" onClick={() => void takeTour()}>
        take the tour, {tourSteps.length} steps
      </Button>
      <CloseButton size="sm" aria-label="No tour" title="The ? at the top offers it again" onClick={declineTour} />
    </div>
  );
}
