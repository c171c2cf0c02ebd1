import { Button, Progress } from '@mantine/core';
import { stopMeasuring } from '../../../engine/quality.js';
import { useQuality, type QualityPart } from '../../../stores/quality.js';
import { useStatus } from '../../../stores/status.js';

/** Starts a run, stops it while it goes on, and says how far it is or why it ended. */
export function RunButton(props: {
  readonly part: QualityPart;
  readonly version: string;
  readonly label: string;
  readonly stopLabel: string;
  readonly onStart: () => void;
}) {
  const { part, version, label, stopLabel, onStart } = props;
  const run = useQuality((state) => state.runs[part]);
  const progress = useStatus((state) => state.tasks.find(({ id }) => id === run?.task)?.progress ?? null);
  const own = run?.version === version ? run : null;
  const running = own !== null && own.error === null;
  return (
    <>
      <Button size="xs" variant="default" onClick={running ? () => stopMeasuring(part) : onStart}>
        {running ? stopLabel : label}
      </Button>
      {running && (
        <span className="quality-progress quiet" role="status">
          {progress?.label ?? 'Waiting for the model'}…
          <Progress
            size="xs"
            aria-label={progress?.label ?? label}
            value={progress && progress.total > 0 ? (100 * progress.done) / progress.total : 0}
          />
        </span>
      )}
      {own?.error && (
        <span role="alert" className="quiet">
          {own.error.message}
        </span>
      )}
    </>
  );
}
