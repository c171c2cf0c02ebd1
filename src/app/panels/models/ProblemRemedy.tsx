import { Button } from '@mantine/core';
import { showUnopened } from '../../engine/offers.js';
import { useModels } from '../../stores/models.js';

/** The way back to a model of a hub that did not open: what it takes, with other devices and weights. */
export function ProblemRemedy() {
  const kind = useModels((state) => state.unopened?.model.kind);
  if (kind !== 'hub') return null;
  return (
    <Button size="compact-xs" variant="default" onClick={() => void showUnopened()}>
      Try again…
    </Button>
  );
}
