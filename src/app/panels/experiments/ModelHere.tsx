import { useEffect, useState } from 'react';
import type { Circumstances } from '../../../core/experiments/index.js';
import { isStored } from '../../engine/experiments/models.js';
import { useSession } from '../../stores/session.js';

/** Whether an experiment's model can be opened with it. */
export function ModelHere({ made: { place, model } }: { readonly made: Circumstances }) {
  const bundledId = useSession((state) => state.bundledId);
  const [stored, setStored] = useState<boolean | null>(null);
  useEffect(() => {
    if (place.kind !== 'hub') return;
    let wanted = true;
    void isStored({ ...place, dtype: model.dtype }).then((is) => wanted && setStored(is));
    return () => {
      wanted = false;
    };
  }, [place, model]);
  if (place.kind === 'folder') return <p>Its model came from a folder, {place.name}, which you have to open again.</p>;
  if (place.kind === 'bundled') {
    return (
      <p>
        {place.id === bundledId
          ? 'Its model comes with this page and is opened with it.'
          : 'This page does not bring its model.'}
      </p>
    );
  }
  if (stored === null) return <p>Looking whether its model is stored here…</p>;
  return (
    <p>
      {stored
        ? 'Its model is stored in this browser and is opened with it.'
        : `Its model is not stored in this browser (it came from ${place.host}). Nothing is downloaded now: after opening the experiment, you can look it up under Models…`}
    </p>
  );
}
