import { Button } from '@mantine/core';
import type { DeviceChoice, ModelOffer } from '../../../protocol/api.js';
import { fileSize } from '../../look/numbers.js';
import { DeviceAndWeights } from './DeviceAndWeights.js';
import { OfferFiles } from './OfferFiles.js';
import { select } from './selection.js';

/** What a model is and what opening it takes, before anything large is downloaded. */
export function OfferView(props: {
  readonly offer: ModelOffer;
  readonly device: DeviceChoice;
  readonly dtype: string | null;
  /** Whether this model, in this dtype, is the one that is loaded. */
  readonly openNow: (dtype: string) => boolean;
  readonly onDevice: (device: DeviceChoice) => void;
  readonly onDtype: (dtype: string) => void;
  readonly onOpen: (device: DeviceChoice, dtype: string) => void;
  readonly onStored: () => void;
}) {
  const { offer, device, dtype, openNow, onDevice, onDtype, onOpen, onStored } = props;
  const selection = select(offer, device, dtype);
  return (
    <div className="stack">
      <OfferFacts offer={offer} />
      {(offer.notes ?? []).map((note) => (
        <p key={note} className="unopened">
          {note}
        </p>
      ))}
      {offer.refusal ? (
        <p role="alert" className="refusal">
          {offer.refusal.message}
        </p>
      ) : (
        <>
          <DeviceAndWeights
            offer={offer}
            device={device}
            dtype={dtype}
            selection={selection}
            onDevice={onDevice}
            onDtype={onDtype}
          />
          {selection ? (
            <OfferNeeds
              offer={offer}
              selection={selection}
              openNow={openNow(selection.variant.dtype)}
              onOpen={() => onOpen(device, selection.variant.dtype)}
              onStored={onStored}
            />
          ) : (
            <p role="alert" className="refusal">
              {nothingRuns(offer, device)}
            </p>
          )}
        </>
      )}
    </div>
  );
}

function nothingRuns(offer: ModelOffer, device: DeviceChoice): string {
  if (device !== 'auto' && offer.choice) return 'This device cannot run these weights. Choose other weights or Auto.';
  if (offer.choice) return 'These weights cannot run here. Choose others.';
  return 'Nothing of this model can run here; the reasons stand beside the weights. Choose a smaller model, or a device with more memory.';
}

function OfferFacts({ offer }: { readonly offer: ModelOffer }) {
  const { family, layers, width, context, licence, chat, commit } = offer;
  const facts = [
    family,
    layers !== null && `${layers} layers${width === null ? '' : ` × ${width}`}`,
    context !== null && `${context.toLocaleString('en')} tokens of context`,
    licence === null ? 'no licence named' : `licence ${licence}`,
    chat ? 'chat template' : 'no chat template: goes on with a text',
  ].filter((fact) => fact !== false && fact !== '');
  return (
    <p className="quiet offer-facts">
      {facts.join(' · ')}
      {commit !== null && (
        <>
          {' · '}
          <span title={commit}>commit {commit.slice(0, 7)}</span>
        </>
      )}
    </p>
  );
}

function OfferNeeds(props: {
  readonly offer: ModelOffer;
  readonly selection: NonNullable<ReturnType<typeof select>>;
  readonly openNow: boolean;
  readonly onOpen: () => void;
  readonly onStored: () => void;
}) {
  const { offer, selection, openNow, onOpen, onStored } = props;
  const { variant, verdict } = selection;
  const missing = Math.max(0, variant.bytes - variant.bytesHere);
  const noRoom = offer.storageFree !== null && missing > offer.storageFree;
  return (
    <>
      <OfferFiles variant={variant} />
      <dl className="needs">
        <dt>Memory</dt>
        <dd>
          about {fileSize(verdict.memory)} of{' '}
          {offer.memory === null ? 'what there is, which the browser does not tell' : fileSize(offer.memory)}
        </dd>
        <dt>Storage</dt>
        <dd className={noRoom ? 'bad' : ''}>
          {missing === 0 ? 'all files are stored in this browser' : `${fileSize(missing)} more`}
          {missing > 0 && offer.storageFree !== null && `, ${fileSize(offer.storageFree)} free for this page`}
        </dd>
      </dl>
      {noRoom && (
        <p role="alert" className="refusal">
          There is not enough room to store it.{' '}
          <Button size="compact-xs" variant="default" onClick={onStored}>
            Remove stored models…
          </Button>
        </p>
      )}
      <div className="offer-action">
        <Button onClick={onOpen} disabled={noRoom || openNow}>
          {openNow ? 'Open now' : missing === 0 ? 'Open' : `Download ${fileSize(missing)} and open`}
        </Button>
        <span className="quiet" style={{ flex: '1 1 200px' }}>
          {openNow
            ? 'This is the model that you are steering.'
            : variant.bytesHere > 0 && missing > 0
              ? `Continues: ${fileSize(variant.bytesHere)} are here already.`
              : 'The model that is open stays until this one is ready.'}
        </span>
      </div>
    </>
  );
}
