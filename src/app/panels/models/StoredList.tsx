import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { StoredModel } from '../../../protocol/api.js';
import { ago, fileSize } from '../../look/numbers.js';
import type { StorageSpace } from '../../stores/models.js';
import { nameOfHost } from './HubForm.js';
import { useNow } from './useNow.js';

const wallClock = (): number => Date.now();

/** Models whose files are in this browser, and the room they take. */
export function StoredList(props: {
  readonly stored: readonly StoredModel[];
  readonly space: StorageSpace | null;
  /** The hub that needs no mention. */
  readonly usualHost: string;
  readonly isOpen: (model: StoredModel) => boolean;
  readonly onOpen: (model: StoredModel) => void;
  readonly onRemove: (model: StoredModel) => void;
  readonly onKeep: () => void;
}) {
  const { stored, space, usualHost, isOpen, onOpen, onRemove, onKeep } = props;
  return (
    <div className="stack">
      {stored.length === 0 ? (
        <p className="quiet opening-words">
          No model is stored here yet. What you download stays in this browser and opens without a network.
        </p>
      ) : (
        <ul className="model-list" aria-label="Stored models">
          {stored.map((model) => (
            <StoredRow
              key={`${model.host} ${model.id} ${model.commit}`}
              model={model}
              host={model.host === usualHost ? null : nameOfHost(model.host)}
              open={isOpen(model)}
              onOpen={() => onOpen(model)}
              onRemove={() => onRemove(model)}
            />
          ))}
        </ul>
      )}
      <SpaceLine stored={stored} space={space} onKeep={onKeep} />
    </div>
  );
}

function StoredRow(props: {
  readonly model: StoredModel;
  readonly host: string | null;
  readonly open: boolean;
  readonly onOpen: () => void;
  readonly onRemove: () => void;
}) {
  const { model, host, open, onOpen, onRemove } = props;
  const [asking, setAsking] = useState(false);
  const now = useNow(60_000, wallClock);
  return (
    <li className="stored-row">
      <span className="stored-about">
        <span className="row wrap" style={{ gap: 6 }}>
          <b style={{ overflowWrap: 'anywhere' }}>{model.id}</b>
          {model.dtypes.map((dtype) => (
            <span key={dtype} className="tag">
              {dtype}
            </span>
          ))}
          {model.partial.map((dtype) => (
            <span key={dtype} className="tag tag-warn">
              {dtype}, not whole
            </span>
          ))}
          {open && <span className="tag tag-good">open now</span>}
        </span>
        <span className="quiet">
          {fileSize(model.bytes)} · used {ago(model.used, now)} · commit {model.commit.slice(0, 7)}
          {host !== null && ` · ${host}`}
        </span>
      </span>
      {asking ? (
        <Confirm model={model} onRemove={onRemove} onKeep={() => setAsking(false)} />
      ) : (
        <span className="row">
          <Button size="compact-sm" variant="default" aria-label={`Open ${model.id}`} onClick={onOpen}>
            {model.dtypes.length > 0 ? 'Open…' : 'Continue…'}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Remove ${model.id}`}
            title={open ? 'It stays open until you leave it' : undefined}
            onClick={() => setAsking(true)}
          >
            Remove
          </Button>
        </span>
      )}
    </li>
  );
}

/** Takes the focus, as the button that asked is gone. */
function Confirm(props: { readonly model: StoredModel; readonly onRemove: () => void; readonly onKeep: () => void }) {
  const { model, onRemove, onKeep } = props;
  const remove = useRef<HTMLButtonElement>(null);
  useEffect(() => remove.current?.focus(), []);
  return (
    <span className="row wrap" role="group" aria-label={`Remove ${model.id}?`}>
      <span className="quiet">Remove {fileSize(model.bytes)}?</span>
      <Button ref={remove} size="compact-sm" color="red" onClick={onRemove}>
        Remove
      </Button>
      <Button size="compact-sm" variant="default" onClick={onKeep}>
        Keep
      </Button>
    </span>
  );
}

function SpaceLine(props: {
  readonly stored: readonly StoredModel[];
  readonly space: StorageSpace | null;
  readonly onKeep: () => void;
}) {
  const { stored, space, onKeep } = props;
  const [asked, setAsked] = useState(false);
  const total = stored.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <div className="row wrap">
      <span className="quiet" style={{ flex: '1 1 260px' }}>
        {stored.length > 0 && `${fileSize(total)} in all. `}
        {typeof space?.allowed === 'number' && `This browser lets the page store ${fileSize(space.allowed)}. `}
        {space?.persisted
          ? 'It keeps them until you remove them.'
          : asked
            ? 'The browser did not promise to keep them: it may clear them when room gets short.'
            : 'When room gets short it may clear them.'}
      </span>
      {space && !space.persisted && stored.length > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            setAsked(true);
            onKeep();
          }}
        >
          Ask to keep them
        </Button>
      )}
    </div>
  );
}
