import { Alert, Button, Progress } from '@mantine/core';
import { useMemo } from 'react';
import { figure } from '../../../../core/figure.js';
import { cancelFinding, searchedElsewhere, startFinding } from '../../../engine/finding.js';
import { missingFor } from '../../../engine/wish.js';
import { lossesBy } from '../../../presets/losses.js';
import { changeFind, useFind } from '../../../stores/find.js';
import { useDirections } from '../../../stores/directions.js';
import { useLimits } from '../../../stores/limits.js';
import { useSession } from '../../../stores/session.js';
import { RunsElsewhere } from '../RunsElsewhere.js';
import { FoundView } from './FoundView.js';
import { LossFields } from './LossFields.js';
import { findPanelId } from './openFind.js';
import { WishFields } from './WishFields.js';

/** “Find it for me”: what is wanted and what it may cost; the method, the layers and the strength are looked for. */
export function FindPanel() {
  const { spec, running, found, error, aside } = useFind();
  const elsewhere = useMemo(() => searchedElsewhere({ aside }), [aside]);
  const directions = useDirections();
  const losses = lossesBy(useLimits((state) => state.limits));
  const loaded = useSession((state) => state.loaded);
  const ready = useSession((state) => state.phase === 'ready');
  const missing = missingFor(spec, directions, ready ? loaded : null);
  return (
    <div className="stack find" id={findPanelId} tabIndex={-1}>
      <p className="quiet find-about">
        Say what you want more of. The method, the layers and the strength are tried on some prompts and reported on
        others, beside random directions and the same wish put into the prompt.
      </p>
      <WishFields spec={spec} directions={directions} onChange={changeFind} />
      <LossFields value={spec.loss} onChange={(loss) => changeFind({ loss })} />
      <div className="row wrap">
        <Button
          size="compact-md"
          disabled={missing !== null || running !== null || elsewhere !== null}
          onClick={() => void startFinding()}
        >
          Start
        </Button>
        {running && (
          <Button size="compact-md" variant="default" onClick={cancelFinding}>
            Cancel
          </Button>
        )}
        {missing !== null && !running && <span className="quiet">{missing}</span>}
      </div>
      {elsewhere && !running && <RunsElsewhere what="A search" elsewhere={elsewhere} />}
      {running && (
        <div role="status">
          <p className="quiet find-about">{running.progress.label}…</p>
          <Progress
            size="sm"
            aria-label="Texts written"
            value={running.progress.of > 0 ? (100 * running.progress.done) / running.progress.of : 0}
          />
        </div>
      )}
      {error && (
        <Alert role="alert" color="red" variant="light" p="xs">
          {error.message}
        </Alert>
      )}
      {found && !running && losses[spec.loss].budget !== found.sought.budget && (
        <p className="notice find-about">
          Below is what was found for up to {figure(found.sought.budget)} nats a token. Start again for what is set now.
        </p>
      )}
      {found && <FoundView found={found} />}
    </div>
  );
}
