import { ActionIcon, Button, Switch, Tooltip } from '@mantine/core';
import { flushSync } from 'react-dom';
import { notifications } from '@mantine/notifications';
import { isChatKind } from '../../core/chat/contrast.js';
import type { ModelStamp } from '../../core/model.js';
import { finders } from '../../core/directions/index.js';
import { combiningProblem } from '../engine/combining.js';
import { missingFor, notApplied, reachOn } from '../engine/needs.js';
import { canFit, fitEntry } from '../engine/fitting.js';
import { DownloadIcon, PencilIcon, TrashIcon } from '../look/icons.js';
import { spanText } from '../look/numbers.js';
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
import { appliedAlone } from './apply/strength.js';

export function methodLabel(method: string): string {
  return finders.find((finder) => finder.name === method)?.label.toLowerCase() ?? method;
}

/** Of what lies in a card, all selects it but its switch: the card would open and move under the pointer. */
function selects(target: EventTarget): boolean {
  return !(target instanceof Element && target.closest('.apply-switch'));
}

function cardId(id: string): string {
  return `direction-${id}`;
}

/** The button that makes a direction. */
export const newButtonId = 'new-direction';

/** The focus was in a card that is gone: it goes to the one that is selected now, or to where one is made. */
function focusAfterwards(): void {
  const { selectedId } = useDirections.getState();
  document.getElementById(selectedId === null ? newButtonId : cardId(selectedId))?.focus();
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function methodTitle({ method, hook }: DirectionEntry): string {
  return `${methodLabel(method)}${hook === 'resid_post' ? '' : `, ${hook}`}`;
}

export function DirectionCard({ id }: { readonly id: string }) {
  const entries = useDirections((state) => state.entries);
  const entry = entries.find((other) => other.id === id);
  const selected = useDirections((state) => state.selectedId === id);
  const loaded = useSession((state) => state.loaded);
  if (!entry) return null;
  const direction = fitFor(entry, loaded?.stamp);
  const name = entry.name || 'unnamed';
  const missing = entry.enabled && loaded ? notApplied(entry, entries, loaded.stamp) : null;
  return (
    <section
      className={`card direction-card ${selected ? 'selected' : ''}`}
      aria-label={`Direction ${name}`}
      aria-current={selected}
      style={{ '--colour': colourOf(entry) } as Record<string, string>}
      id={cardId(id)}
      // A press on what takes no focus, such as the switch’s track, focuses the card itself; that is no choice of it.
      tabIndex={-1}
      onFocusCapture={(event) => event.target !== event.currentTarget && selects(event.target) && selectDirection(id)}
      onPointerDownCapture={(event) => selects(event.target) && selectDirection(id)}
    >
      <div className="row">
        <i className="swatch" />
        <input
          className="name-input"
          // The name has the room first, as much as it needs.
          style={{ width: `${Math.max(7, Math.min(24, entry.name.length + 2))}ch` }}
          aria-label={`Name of ${name}`}
          value={entry.name}
          title={entry.name}
          placeholder="unnamed"
          maxLength={80}
          spellCheck={false}
          onChange={(event) => changeDirection(id, { name: event.target.value })}
        />
        {!selected && direction && entry.enabled && loaded ? (
          <Badge entry={entry} entries={entries} stamp={loaded.stamp} />
        ) : (
          <button
            type="button"
            className="tag"
            title={`${methodTitle(entry)}: how ${name} is found`}
            onClick={() => openRecipe(entry)}
          >
            {methodTitle(entry)}
          </button>
        )}
        <Switch
          className="apply-switch"
          size="sm"
          color="var(--colour)"
          aria-label={`Apply ${name}`}
          checked={entry.enabled}
          onChange={(event) => changeDirection(id, { enabled: event.currentTarget.checked })}
        />
      </div>
      {missing !== null && (
        <p className="notice" role="status" style={{ margin: '8px 0 0' }}>
          {sentence(missing)}
        </p>
      )}
      {direction && loaded && (selected || entry.enabled) && (
        <StrengthFields entry={entry} direction={direction} selected={selected} />
      )}
      {direction && loaded && selected && <Application entry={entry} direction={direction} />}
      {selected && <FitNotes notes={direction?.notes} />}
      {loaded && selected && entry.expression !== null && <Follows entry={entry} />}
      {!direction && loaded && <Unfitted entry={entry} model={loaded.stamp.id} />}
      {selected && <Actions entry={entry} />}
    </section>
  );
}

/** What a closed card's direction does and where, beside its name. */
function Badge(props: {
  readonly entry: DirectionEntry;
  readonly entries: readonly DirectionEntry[];
  readonly stamp: ModelStamp;
}) {
  const { entry, entries, stamp } = props;
  const reach = reachOn(entry, stamp);
  const applied = missingFor(entry, entries, stamp) === null && notApplied(entry, entries, stamp) === null;
  const words = applied && reach ? `${appliedAlone(entry)} @${spanText(reach)}` : 'not applied';
  return (
    <span className="tag" title={words}>
      {words}
    </span>
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
    const removed = flushSync(() => removeDirection(entry.id));
    if (!removed) return;
    focusAfterwards();
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
        {entry.expression !== null ? 'Formula' : entry.texts ? 'Method and texts' : 'How it is found'}
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
