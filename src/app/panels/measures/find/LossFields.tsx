import { Choice } from '../../../controls/Choice.js';
import { plainNumber } from '../../../look/numbers.js';
import { losses } from '../../../presets/losses.js';
import { Term } from '../Term.js';
import { klMeans } from '../terms.js';
import { findLosses, type FindLoss } from '../../../stores/find.js';

/** How much the text may lose. */
export function LossFields(props: { readonly value: FindLoss; readonly onChange: (value: FindLoss) => void }) {
  const { value, onChange } = props;
  const { budget, about } = losses[value];
  return (
    <div>
      <div className="row wrap">
        <span className="find-question" aria-hidden>
          How much may it cost?
        </span>
        <div className="lab-choice">
          <Choice
            label="How much may it cost?"
            value={value}
            options={findLosses.map((loss) => ({ value: loss, label: losses[loss].label }))}
            onChange={onChange}
          />
        </div>
      </div>
      <p className="quiet find-about">
        {about[0]!.toUpperCase() + about.slice(1)}: up to {plainNumber(budget, 1)}{' '}
        <Term means={klMeans}>nats of KL a token</Term>, by which predictions may move.
      </p>
    </div>
  );
}
