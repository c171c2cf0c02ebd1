import { openBundled, cancelOpening } from '../../engine/model.js';
import { lookUp, lookUpTyped, setHubHost } from '../../engine/offers.js';
import { curatedModels } from '../../presets/models.js';
import { closeModels, nameOf, useModels } from '../../stores/models.js';
import { useSession } from '../../stores/session.js';
import { CuratedList } from './CuratedList.js';
import { HubForm } from './HubForm.js';
import { LocalModels } from './LocalModels.js';
import { OfferPage } from './OfferPage.js';
import { OpeningCard } from './OpeningCard.js';
import { UnopenedNote } from './UnopenedNote.js';

/** The ways to a model, or, once one is chosen, what it takes. */
export function ChoosePage({ onFolder }: { readonly onFolder: () => void }) {
  const { offer, inspecting, error, opening, unopened, stored, wanted, token } = useModels();
  const { loaded, hub, hubHost, bundledId, folder } = useSession();
  if (offer || inspecting || error) return <OfferPage />;
  const here = new Set((stored ?? []).filter(({ dtypes }) => dtypes.length > 0).map(({ id }) => id));
  return (
    <div className="stack">
      {opening && <OpeningCard opening={opening} onCancel={cancelOpening} />}
      {unopened && <UnopenedNote unopened={unopened} name={nameOf(unopened.model)} />}
      <HubForm
        wanted={wanted}
        token={token}
        host={hubHost}
        busy={inspecting !== null}
        onWanted={(text) => useModels.setState({ wanted: text })}
        onToken={(text) => useModels.setState({ token: text })}
        onHost={takeHost}
        onSubmit={() => void lookUpTyped()}
      />
      <CuratedList
        models={curatedModels}
        here={here}
        loaded={hub?.id ?? null}
        onChoose={({ id }) => void lookUp({ kind: 'hub', id, revision: 'main', host: hubHost })}
      />
      <LocalModels
        bundledId={bundledId}
        bundledOpen={loaded !== null && hub === null && folder === null}
        folder={folder}
        onBundled={() => {
          closeModels();
          void openBundled();
        }}
        onFolder={() => {
          closeModels();
          onFolder();
        }}
      />
    </div>
  );
}

function takeHost(host: string): string | null {
  try {
    setHubHost(host);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
