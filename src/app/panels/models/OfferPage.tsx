import { Button, Loader } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import type { ErrorData } from '../../../core/errors.js';
import { pageUrl } from '../../../core/hub/address.js';
import type { DeviceChoice } from '../../../protocol/api.js';
import { cancelOpening } from '../../engine/model.js';
import { cancelLookUp, lookUpAgain, openOffer } from '../../engine/offers.js';
import { dropOffer, nameOf, openModels, sameModel, useModels } from '../../stores/models.js';
import { useSession } from '../../stores/session.js';
import { TokenField } from './HubForm.js';
import { OfferView } from './OfferView.js';
import { OpeningCard } from './OpeningCard.js';
import { UnopenedNote } from './UnopenedNote.js';

/** One model: looked up, offered, being opened, or why not. */
export function OfferPage() {
  const { lookedUp, offer, inspecting, error, opening, unopened, wanted, device, dtype } = useModels();
  const { hub, loaded } = useSession();
  const source = offer?.source ?? lookedUp;
  const name = source ? nameOf(source) : wanted.trim();
  const mine = sameModel(opening?.model ?? null, source);
  return (
    <div className="stack">
      <div className="offer-head">
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            cancelLookUp();
            dropOffer();
          }}
        >
          ‹ All models
        </Button>
        <Title name={name} page={source?.kind === 'hub' ? pageUrl(source) : null} />
      </div>
      {inspecting && !offer && (
        <p className="row quiet" role="status">
          <Loader size={14} /> Looking it up: configuration, files and sizes. Nothing large is downloaded.
        </p>
      )}
      {error && <LookUpError error={error} />}
      {opening && <OpeningCard opening={opening} onCancel={cancelOpening} />}
      {unopened && sameModel(unopened.model, source) && <UnopenedNote unopened={unopened} name={name} />}
      {offer && !mine && (
        <OfferView
          offer={offer}
          device={device}
          dtype={dtype}
          openNow={(of) =>
            loaded !== null &&
            sameModel(hub && { kind: 'hub', ...hub }, source) &&
            loaded.stamp.dtype === of &&
            sameDevice(device, loaded.device)
          }
          onDevice={(next) => useModels.setState({ device: next })}
          onDtype={(next) => useModels.setState({ dtype: next })}
          onOpen={(on, of) => void openAndSay(name, on, of)}
          onStored={() => openModels('stored')}
        />
      )}
    </div>
  );
}

/** A download may take minutes: when it is over, the user may be elsewhere. */
async function openAndSay(name: string, device: DeviceChoice, dtype: string): Promise<void> {
  const opened = await openOffer(device, dtype);
  if (opened && !useModels.getState().open) notifications.show({ message: `${name} is open now.` });
}

function sameDevice(chosen: string, loaded: string): boolean {
  return chosen === 'auto' || chosen === loaded;
}

/** Takes the focus when it appears, as what was clicked is gone. */
function Title({ name, page }: { readonly name: string; readonly page: string | null }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h3 ref={heading} tabIndex={-1} className="offer-title">
      {name}
      {page !== null && (
        <a href={page} target="_blank" rel="noreferrer" className="quiet">
          its page
        </a>
      )}
    </h3>
  );
}

function LookUpError({ error }: { readonly error: ErrorData }) {
  const { inspecting, token } = useModels();
  const { hubHost } = useSession();
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void lookUpAgain();
      }}
    >
      <p role="alert" className="refusal">
        {error.message}
      </p>
      {error.code === 'hub-refused' && (
        <TokenField token={token} host={hubHost} onToken={(text) => useModels.setState({ token: text })} />
      )}
      <div>
        <Button type="submit" size="compact-md" loading={inspecting !== null}>
          Try again
        </Button>
      </div>
    </form>
  );
}
