import { Alert, Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { newExperiment, undoDelete } from '../../engine/experiments/switching.js';
import { closeExperiments, openExperiments, useExperiments, type ExperimentSummary } from '../../stores/experiments.js';
import { ExperimentRow } from './ExperimentRow.js';

/** Those whose name, model or text holds what is typed. */
export function ListPage() {
  const { list, current, deleted, compared } = useExperiments();
  const [wanted, setWanted] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const found = list.filter((summary) => isWanted(summary, wanted));
  return (
    <div className="stack">
      <div className="row wrap">
        <TextInput
          aria-label="Search experiments"
          placeholder="Search by name, model or text"
          size="xs"
          style={{ flex: '1 1 200px' }}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <Button
          size="compact-md"
          variant="default"
          onClick={() => {
            closeExperiments();
            void newExperiment();
          }}
        >
          New experiment
        </Button>
        <Button
          size="compact-md"
          variant="default"
          disabled={compared.length < 2}
          title="Mark two or three below"
          onClick={() => openExperiments('compare')}
        >
          Compare {compared.length > 1 ? compared.length : ''}
        </Button>
      </div>
      {problem !== null && (
        <Alert color="yellow" role="alert" withCloseButton closeButtonLabel="Dismiss" onClose={() => setProblem(null)}>
          {problem}
        </Alert>
      )}
      <div role="status">
        {deleted && (
          <p className="row wrap experiment-deleted">
            <span className="clip">“{deleted.name}” is deleted.</span>
            <Button size="compact-xs" variant="default" onClick={() => void undoDelete()}>
              Undo
            </Button>
          </p>
        )}
      </div>
      {found.length === 0 ? (
        <p className="quiet">
          {list.length === 0 ? 'Nothing is kept yet.' : `None has “${wanted}” in its name, model or text.`}
        </p>
      ) : (
        <ul className="model-list" aria-label="Experiments">
          {found.map((summary) => (
            <ExperimentRow
              key={summary.id}
              summary={summary}
              isCurrent={summary.id === current?.id}
              isCompared={compared.includes(summary.id)}
              canCompare={compared.includes(summary.id) || compared.length < 3}
              onProblem={setProblem}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function isWanted({ name, model, line }: ExperimentSummary, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/);
  const text = `${name} ${model ?? ''} ${line}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
