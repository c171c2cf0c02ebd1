import { useSelected, type Selected } from '../../selected.js';
import { Definitions } from './Definitions.js';
import { EffectPart } from './EffectPart.js';
import { TextsPart } from './TextsPart.js';

/** How good the selected direction is: what its texts say of it, and what the model makes of it. */
export function QualityPanel() {
  const selected = useSelected();
  if (!selected) {
    return (
      <p className="quiet lab-note">
        Select a direction that is fitted on this model to measure how well it reads and what it does.
      </p>
    );
  }
  return <Parts key={selected.version} selected={selected} />;
}

function Parts({ selected }: { readonly selected: Selected }) {
  return (
    <div className="stack lab">
      <TextsPart selected={selected} />
      <EffectPart selected={selected} />
      <Definitions />
    </div>
  );
}
