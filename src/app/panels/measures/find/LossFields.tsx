import { Choice } from '../../../controls/Choice.js';
import { figure } from '../../../../core/figure.js';
import { lossesBy } from '../../../presets/losses.js';
import { Term } from '../Term.js';
import { klMeans } from '../terms.js';
import { findLosses, type FindLoss } from '../../../stores/find.js';
import { useLimits } from '../../../stores/limits.js';

/** How much the text may lose. */
export function LossFields(props: { readonly value: FindLoss; readonly onChange: (value: FindLoss) => void }) {
  const { value, onChange } = props;
  const limits = useLimits((state) => state.limits);
  const losses = lossesBy(limits);
  const { budget, about, share } = losses[value];
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
        {about[0]!.toUpperCase() + about.slice(1)}: up to {figure(budget)}{' '}
        <Term means={klMeans}>nats of KL a token</Term>, {share}.
      </p>
    </div>
  );
}
