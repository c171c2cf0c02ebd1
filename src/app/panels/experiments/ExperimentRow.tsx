import { ActionIcon, Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { deleteExperiment, duplicate, rename, switchTo } from '../../engine/experiments/switching.js';
import { saveFileOf } from '../../engine/experiments/giving.js';
import { PencilIcon, TrashIcon } from '../../look/icons.js';
import { ago } from '../../look/numbers.js';
import { closeExperiments, toggleCompared, type ExperimentSummary } from '../../stores/experiments.js';
import { useNow } from '../models/useNow.js';

const wallClock = (): number => Date.now();

/** One experiment: what it is called, what it wrote, and what can be done with it. */
export function ExperimentRow(props: {
  readonly summary: ExperimentSummary;
  readonly isCurrent: boolean;
  readonly isCompared: boolean;
  readonly canCompare: boolean;
  /** Told what could not be done, for people; null when it was. */
  readonly onProblem: (problem: string | null) => void;
}) {
  const { summary, isCurrent, isCompared, canCompare, onProblem } = props;
  const { id, name, model, line, changed } = summary;
  const [renaming, setRenaming] = useState(false);
  const now = useNow(60_000, wallClock);
  const leaveFor = (go: () => Promise<void>) => () => {
    closeExperiments();
    void go();
  };
  return (
    <li className="stored-row experiment-row" aria-label={name}>
      <Checkbox
        size="xs"
        aria-label={`Compare ${name}`}
        title="Compare with others"
        checked={isCompared}
        disabled={!canCompare}
        onChange={() => toggleCompared(id)}
      />
      <span className="stored-about">
        <span className="row wrap" style={{ gap: 6 }}>
          {renaming ? (
            <Renaming
              name={name}
              onDone={(typed) => {
                setRenaming(false);
                if (typed !== null) void rename(id, typed).then(onProblem);
              }}
            />
          ) : (
            <>
              <b style={{ overflowWrap: 'anywhere' }}>{name}</b>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={20}
                aria-label={`Rename ${name}`}
                onClick={() => setRenaming(true)}
              >
                <PencilIcon />
              </ActionIcon>
            </>
          )}
          {isCurrent && <span className="tag tag-good">open now</span>}
        </span>
        <span className="quiet experiment-line">{line || 'No text was complete yet.'}</span>
        <span className="quiet">
          {model ?? 'no model yet'} · changed {ago(changed, now)}
        </span>
      </span>
      <span className="row wrap">
        {!isCurrent && (
          <Button size="compact-sm" aria-label={`Open ${name}`} onClick={leaveFor(() => switchTo(id))}>
            Open
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Duplicate ${name}`}
          onClick={leaveFor(() => duplicate(id))}
        >
          Duplicate
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Save ${name} as a file`}
          onClick={() => void saveFileOf(id, name)}
        >
          Save file
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Delete ${name}`}
          onClick={() => void deleteExperiment(id).then(onProblem)}
        >
          <TrashIcon />
        </ActionIcon>
      </span>
    </li>
  );
}

/** Enter takes the name, Escape leaves the old one. */
function Renaming({ name, onDone }: { readonly name: string; readonly onDone: (typed: string | null) => void }) {
  const [typed, setTyped] = useState(name);
  return (
    <TextInput
      data-autofocus
      // The pencil was clicked to type.
      ref={(field) => field?.focus()}
      size="xs"
      aria-label={`New name of ${name}`}
      maxLength={80}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => onDone(typed.trim() === '' ? null : typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key !== 'Escape') return;
        // The dialog stays open.
        event.stopPropagation();
        onDone(null);
      }}
    />
  );
}
