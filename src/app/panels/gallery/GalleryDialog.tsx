import { Button, Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import { addPreset, presetsFor } from '../../engine/gallery.js';
import { plainNumber, signedNumber, spanText } from '../../look/numbers.js';
import { loadGallery, type Preset } from '../../presets/gallery.js';
import { closeGallery, useGallery } from '../../stores/gallery.js';
import { useSession } from '../../stores/session.js';
import { Frontier } from './Frontier.js';

/** Directions to begin with, and what they were measured to do. */
export function GalleryDialog() {
  const open = useGallery((state) => state.open);
  return (
    <Modal opened={open} onClose={closeGallery} size={720} title="Gallery" closeButtonProps={{ 'aria-label': 'Close' }}>
      {open && <Presets />}
    </Modal>
  );
}

function Presets() {
  const loaded = useSession((state) => state.loaded);
  const [presets, setPresets] = useState<readonly Preset[] | 'failed' | null>(null);
  useEffect(() => {
    let current = true;
    loadGallery().then(
      (all) => current && setPresets(all),
      () => current && setPresets('failed'),
    );
    return () => {
      current = false;
    };
  }, []);
  if (presets === 'failed')
    return <p className="notice">The gallery could not be loaded. Check the network, and reload the page.</p>;
  if (!presets || !loaded) return <p className="quiet">{presets ? 'Open a model first.' : 'Loading…'}</p>;
  const shown = presetsFor(presets, loaded);
  const bundled = shown[0]?.models === 'tales';
  return (
    <div className="stack">
      <p className="quiet" style={{ margin: 0 }}>
        {bundled
          ? 'Measured on the bundled model: how much of it a text gets (1 is half the way between the two sides of the contrast texts) against what it costs, in KL per token. Each comes with the layer and the strength that did most within range.'
          : `Contrast texts in plain English. They are not measured on ${loaded.stamp.id}: “Find it for me” does that once one is added.`}
      </p>
      <ul className="model-list" aria-label="Directions to begin with">
        {shown.map((preset) => (
          <PresetRow key={preset.name} preset={preset} />
        ))}
      </ul>
    </div>
  );
}

function PresetRow({ preset }: { readonly preset: Preset }) {
  const { name, opposite, theme, about, measured, texts } = preset;
  const use = measured?.use;
  const add = (): void => {
    closeGallery();
    void addPreset(preset);
  };
  return (
    <li className="gallery-row">
      <div>
        <div className="row wrap">
          <b>{name}</b>
          <span className="quiet">instead of {opposite}</span>
          <span className="tag">{theme}</span>
        </div>
        <div>{about}</div>
        <div className="quiet">
          {measured === null && `${texts.positive.length} pairs of texts`}
          {use &&
            `${signedNumber(use.effect)} [${signedNumber(use.interval[0])}, ${signedNumber(use.interval[1])}] at KL ${plainNumber(use.cost)}: layer ${spanText(use.layers)}, strength ${signedNumber(use.strength)}`}
          {measured && !use && 'Nothing that was tried stayed within range.'}
        </div>
      </div>
      {measured && <Frontier name={name} measured={measured} />}
      <Button variant="default" size="compact-md" aria-label={`Add ${name}`} onClick={add}>
        Add
      </Button>
    </li>
  );
}
