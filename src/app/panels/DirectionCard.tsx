import { ActionIcon, Button, Switch, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { isChatKind } from '../../core/chat/contrast.js';
import { finders } from '../../core/directions/index.js';
import { combiningProblem } from '../engine/combining.js';
import { canFit, fitEntry } from '../engine/fitting.js';
import { DownloadIcon, PencilIcon, TrashIcon } from '../look/icons.js';
import { colourOf } from '../look/palette.js';
import {
  addDirection,
  changeDirection,
  fitFor,
  removeDirection,
  selectDirection,
  useDirections,
  type DirectionEntry,
} from '../stores/directions.js';
import { openCombine } from '../stores/combine.js';
import { openEditor } from '../stores/editor.js';
import { openExchange } from '../stores/exchange.js';
import { useSession } from '../stores/session.js';
import { Application } from './apply/Application.js';
import { StrengthFields } from './apply/StrengthFields.js';
import { draftOf } from './drafts.js';
import { FitNotes } from './FitNotes.js';
import { applied } from './TextCard.js';

export function methodLabel(method: string): string {
  return finders.find((finder) => finder.name === method)?.label.toLowerCase() ?? method;
}

export function DirectionCard({ id }: { readonly id: string }) {
  const entry = useDirections((state) => state.entries.find((other) => other.id === id));
  const selected = useDirections((state) => state.selectedId === id);
  const loaded = useSession((state) => state.loaded);
  if (!entry) return null;
  const direction = fitFor(entry, loaded?.stamp);
  const name = entry.name || 'unnamed';
  return (
    <section
      className={`card direction-card ${selected ? 'selected' : ''}`}
      aria-label={`Direction ${name}`}
      aria-current={selected}
      style={{ '--colour': colourOf(entry) } as Record<string, string>}
      onFocusCapture={() => selectDirection(id)}
      onPointerDownCapture={() => selectDirection(id)}
    >
      <div className="row">
        <i className="swatch" />
        <input
          className="name-input"
          aria-label={`Name of ${name}`}
          value={entry.name}
          title={entry.name}
          placeholder="unnamed"
          maxLength={80}
          spellCheck={false}
          onChange={(event) => changeDirection(id, { name: event.target.value })}
        />
        {!selected && direction && entry.enabled && loaded ? (
          <span className="tag">{applied({ ...entry, name: '' }, loaded.shape.layers).replace('unnamed ', '')}</span>
        ) : (
          <span className="tag">
            {methodLabel(entry.method)}
            {entry.hook !== 'resid_post' && `, ${entry.hook}`}
          </span>
        )}
        <Switch
          size="sm"
          color="var(--colour)"
          aria-label={`Apply ${name}`}
          checked={entry.enabled}
          onChange={(event) => changeDirection(id, { enabled: event.currentTarget.checked })}
        />
      </div>
      {direction && loaded && (selected || entry.enabled) && <StrengthFields entry={entry} direction={direction} />}
      {direction && loaded && selected && <Application entry={entry} direction={direction} />}
      {selected && <FitNotes notes={direction?.notes} />}
      {loaded && selected && entry.expression !== null && <Follows entry={entry} />}
      {!direction && loaded && <Unfitted entry={entry} model={loaded.stamp.id} />}
      {selected && <Actions entry={entry} />}
    </section>
  );
}

function Unfitted({ entry, model }: { readonly entry: DirectionEntry; readonly model: string }) {
  const fitting = useSession((state) => state.phase !== 'ready');
  const chatModel = useSession((state) => state.loaded?.chat ?? false);
  const needsChat = entry.texts !== null && isChatKind(entry.texts.kind) && !chatModel;
  return (
    <div className="stack" style={{ marginTop: 8 }}>
      <p className="quiet" style={{ margin: 0 }}>
        {needsChat
          ? `Its system prompts need a chat model; ${model} is none.`
          : canFit(entry)
            ? `Not fitted on ${model} yet.`
            : `Made for ${entry.fits[0]?.direction.model.id ?? 'another model'}.`}
      </p>
      {canFit(entry) && !needsChat && (
        <Button size="compact-sm" variant="default" disabled={fitting} onClick={() => void fitEntry(entry)}>
          Fit on this model
        </Button>
      )}
    </div>
  );
}

/** The formula of a combined direction, and why it does not follow its parts. */
function Follows({ entry }: { readonly entry: DirectionEntry }) {
  const entries = useDirections((state) => state.entries);
  const stamp = useSession((state) => state.loaded?.stamp);
  const problem = stamp ? combiningProblem(entry, entries, stamp) : null;
  return (
    <p className="quiet clip" style={{ margin: '8px 0 0' }} title={entry.expression ?? ''}>
      = {entry.expression}
      {problem && (
        <span style={{ display: 'block', whiteSpace: 'normal' }}>It does not follow its parts: {problem}</span>
      )}
    </p>
  );
}

/** Opens what a direction is made of. */
function openRecipe(entry: DirectionEntry): void {
  const { id, name, expression } = entry;
  if (expression === null) openEditor(draftOf(entry));
  else openCombine({ directionId: id, name, expression });
}

function Actions({ entry }: { readonly entry: DirectionEntry }) {
  const name = entry.name || 'unnamed';
  const remove = (): void => {
    const removed = removeDirection(entry.id);
    if (!removed) return;
    const notice = notifications.show({
      autoClose: 10_000,
      message: (
        <span className="row">
          Deleted {name}.
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              addDirection(removed.entry, removed.at);
              notifications.hide(notice);
            }}
          >
            Undo
          </Button>
        </span>
      ),
    });
  };
  return (
    <div className="row" style={{ marginTop: 10, justifyContent: 'flex-end', gap: 4 }}>
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        leftSection={<PencilIcon />}
        onClick={() => openRecipe(entry)}
      >
        {entry.expression !== null ? 'Formula' : entry.texts ? 'Contrast texts' : 'How it is found'}
      </Button>
      <span className="spacer" />
      <Tooltip label="Export this direction">
        <ActionIcon variant="subtle" color="gray" aria-label={`Export ${name}`} onClick={() => openExchange(entry.id)}>
          <DownloadIcon />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Delete">
        <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${name}`} onClick={remove}>
          <TrashIcon />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
