import { Alert, Button, Progress } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import { flushSync } from 'react-dom';
import { figure } from '../../../../core/figure.js';
import { searchedElsewhere } from '../../../engine/experiments/measured.js';
import { cancelFinding, startFinding } from '../../../engine/finding.js';
import { missingFor } from '../../../engine/wish.js';
import { duration } from '../../../look/numbers.js';
import { lossesBy } from '../../../presets/losses.js';
import { changeFind, useFind } from '../../../stores/find.js';
import { useDirections } from '../../../stores/directions.js';
import { useLimits } from '../../../stores/limits.js';
import { useSession } from '../../../stores/session.js';
import { useKeptWords } from '../keptWords.js';
import { RunsElsewhere } from '../RunsElsewhere.js';
import { FoundView } from './FoundView.js';
import { cancelId, focusFirst, startId, useItId } from './foundIds.js';
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
  const kept = useKeptWords('What is found is', 'use it before you close the page');
  const missing = missingFor(spec, directions, ready ? loaded : null);
  // Whether the focus is on Cancel: it goes away with it at the end, and is not taken from elsewhere.
  const onCancel = useRef(false);
  const start = (): void => {
    flushSync(() => void startFinding());
    focusFirst([cancelId]);
  };
  useEffect(() => {
    if (running || !onCancel.current) return;
    onCancel.current = false;
    focusFirst([useItId, startId, findPanelId]);
  }, [running]);
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
          id={startId}
          onClick={start}
        >
          Start
        </Button>
        {running && (
          <Button
            size="compact-md"
            variant="default"
            id={cancelId}
            onClick={cancelFinding}
            onFocus={() => (onCancel.current = true)}
            onBlur={() => (onCancel.current = false)}
          >
            Cancel
          </Button>
        )}
        {missing !== null && !running && <span className="quiet">{missing}</span>}
      </div>
      {elsewhere && !running && <RunsElsewhere what="A search" elsewhere={elsewhere} />}
      {running && (
        <div>
          <p role="status" className="find-about">
            {running.progress.label}…
          </p>
          <Progress
            size="sm"
            aria-label="Texts written"
            value={running.progress.of > 0 ? (100 * running.progress.done) / running.progress.of : 0}
          />
          {/* It changes with every text: not to be read out each time. */}
          <p className="quiet find-about">
            {running.left !== null && `About ${duration(running.left)} left. `}
            {kept}
          </p>
        </div>
      )}
      {error && (
        <Alert role="alert" color="red" variant="light" p="xs">
          {error.message}
        </Alert>
      )}
      {found && running && (
        <p className="notice find-about">
          Below is what was found before. It stays until this search has found something in its place.
        </p>
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
