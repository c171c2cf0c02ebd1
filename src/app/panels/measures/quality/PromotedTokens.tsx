import { Anchor } from '@mantine/core';
import { figure } from '../../../../core/figure.js';
import type { PromotedToken } from '../../../../protocol/api.js';
import { signedNumber } from '../../../look/numbers.js';
import { visible } from '../../lab/weightRows.js';
import type { MeasuredEffect } from '../../../stores/quality.js';
import { useView } from '../../../stores/view.js';

/** Which next tokens it raised and lowered most, measured. */
export function PromotedTokens({ effect }: { readonly effect: MeasuredEffect }) {
  const { report, strength, layer } = effect;
  return (
    <>
      <div className="quality-two">
        <List title="Tokens it raised most" tokens={report.raised} />
        <List title="Tokens it lowered most" tokens={report.lowered} />
      </div>
      <p className="quiet quality-line">
        Mean change of ln p of the next token (nats; +0.69 is twice as likely) over {report.positions} positions at
        strength {figure(strength)}, layer {layer}, and mean probabilities before and after. Tokens below 0.1 % both
        ways are left out. What the weights alone say is in{' '}
        <Anchor component="button" type="button" inherit onClick={showWeights}>
          the lab’s Weights
        </Anchor>
        .
      </p>
    </>
  );
}

function List({ title, tokens }: { readonly title: string; readonly tokens: readonly PromotedToken[] }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {tokens.length === 0 ? (
        <p className="quiet quality-line">None.</p>
      ) : (
        <table className="facts lab-table">
          <thead>
            <tr>
              <th scope="col">token</th>
              <th scope="col">nats</th>
              <th scope="col">before → after</th>
            </tr>
          </thead>
          <tbody>
            {tokens.map(({ id, piece, change, baseline, steered }) => (
              <tr key={id}>
                <th scope="row" className="quality-token">
                  {visible(piece)}
                </th>
                <td>{signedNumber(change)}</td>
                <td>
                  {percent(baseline)} → {percent(steered)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function percent(share: number): string {
  return `${figure(100 * share, share < 0.001 ? 3 : share < 0.1 ? 2 : 1)} %`;
}

function showWeights(): void {
  useView.setState({ labTab: 'weights' });
  document.querySelector('section[aria-label="Direction lab"]')?.scrollIntoView({ behavior: 'smooth', block: 'start' });
}
