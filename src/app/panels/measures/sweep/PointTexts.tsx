import { Button, CloseButton } from '@mantine/core';
import { useState } from 'react';
import type { Prompt } from '../../../../core/chat/prompt.js';
import type { SweptDirection, SweepRun, SweptText } from '../../../stores/sweep.js';
import { showPoint, useSweep } from '../../../stores/sweep.js';
import { isTaken, takePoint, whyNotSet } from '../../../engine/sweeping.js';
import { plainNumber, signedNumber } from '../../../look/numbers.js';
import { useDirections } from '../../../stores/directions.js';
import { useSession } from '../../../stores/session.js';
import { pointTextsId } from './pointTextsId.js';
import type { SweepRow } from './sweepRows.js';

/** Texts that are shown before the rest is asked for. */
const fewest = 6;
/** KL of a token's prediction that is tinted fully, nats. */
const fullTint = 4;

const reasons = {
  'end-of-text': 'ended by itself',
  length: 'cut at its length',
  'context-full': 'cut: context full',
} as const;

/** The texts of the point that was clicked, with their figures, and the way to set the page to it. */
export function PointTexts(props: {
  readonly run: SweepRun;
  readonly rows: readonly SweepRow[];
  readonly direction: SweptDirection;
}) {
  const { run, rows, direction } = props;
  const key = useSweep((state) => state.shown);
  const row = rows.find(({ setting }) => setting.key === key);
  if (!row) return <p className="quiet lab-about">Click a point, or a row of the table, to read its texts.</p>;
  return <Texts key={key} run={run} row={row} direction={direction} />;
}

function Texts({
  run,
  row,
  direction,
}: {
  readonly run: SweepRun;
  readonly row: SweepRow;
  readonly direction: SweptDirection;
}) {
  const [all, setAll] = useState(false);
  const [used, setUsed] = useState(false);
  const { setting, label, point, judgement } = row;
  const entries = useDirections((state) => state.entries);
  const loaded = useSession((state) => state.loaded);
  const refusal = setting.kind === 'steered' ? whyNotSet(setting, run, entries, loaded) : null;
  const cells = run.settings.find((swept) => swept.setting.key === setting.key)?.cells ?? [];
  const baselines = run.settings.find((swept) => swept.setting.kind === 'baseline')?.cells ?? [];
  const there = cells.flatMap((id, at) => {
    const text = run.texts.get(id);
    return text ? [{ text, baseline: run.texts.get(baselines[at] ?? '') ?? null }] : [];
  });
  const listed = all ? there : there.slice(0, fewest);
  return (
    <section className="sweep-point" id={pointTextsId} aria-label={`Texts of ${label}`}>
      <div className="row wrap">
        <h3>
          {direction.name}: {label}
        </h3>
        <span className="quiet">
          effect {signedNumber(point.effect)} · KL {plainNumber(point.cost)} nats a token · {judgement.verdict}
          {point.unread > 0 && ` · ${point.unread} texts without words`}
        </span>
        <span className="spacer" />
        {setting.kind === 'steered' && (
          <Button
            size="compact-sm"
            disabled={refusal !== null}
            onClick={() => {
              takePoint(setting);
              setUsed(true);
            }}
          >
            Use this
          </Button>
        )}
        <CloseButton size="sm" aria-label="Hide the texts" onClick={() => showPoint(null)} />
      </div>
      <p className="quiet sweep-used" role="status">
        {refusal ??
          (used &&
            isTaken(setting, entries) &&
            `The page is set to ${label}, other directions are off. Undo takes it back.`)}
      </p>
      {judgement.reasons.length > 0 && <p className="quiet lab-about">{judgement.reasons.join('; ')}.</p>}
      <ul className="sweep-texts">
        {listed.map(({ text, baseline }) => (
          <Text
            key={text.id}
            text={text}
            baseline={setting.kind === 'baseline' ? null : baseline}
            of={direction.id}
            prompt={run.prompts[text.on] ?? ''}
          />
        ))}
      </ul>
      {there.length > listed.length && (
        <button type="button" className="tag" onClick={() => setAll(true)}>
          Show all {there.length} texts
        </button>
      )}
    </section>
  );
}

function Text(props: {
  readonly text: SweptText;
  readonly baseline: SweptText | null;
  readonly of: string;
  readonly prompt: Prompt;
}) {
  const { text, baseline, of, prompt } = props;
  const figures = text.figures[of];
  const before = baseline?.figures[of];
  const gain = figures && before ? figures.effect - before.effect : NaN;
  const tokens = text.special.filter((special) => !special).length;
  return (
    <li>
      <p className="sweep-prompt quiet">{lastOf(prompt)}</p>
      <p className="sweep-text">
        <Tokens text={text} />
      </p>
      <p className="quiet sweep-figures">
        {baseline && <>effect {signedNumber(gain)} · </>}
        KL {plainNumber(figures?.meanKl ?? NaN)} · distinct-2 {plainNumber(figures?.distinct2 ?? NaN)} · perplexity{' '}
        {plainNumber(figures?.perplexity ?? NaN, 1)}
        {before && <> (baseline {plainNumber(before.perplexity, 1)})</>} · {tokens} tokens, {reasons[text.reason]} ·
        seed {text.seed}
      </p>
      {baseline && (
        <details>
          <summary className="quiet">Without steering</summary>
          <p className="sweep-text">
            <Tokens text={baseline} />
          </p>
        </details>
      )}
    </li>
  );
}

/** Tokens tinted by how far steering moved their prediction. */
function Tokens({ text: { pieces, special, kl } }: { readonly text: SweptText }) {
  return pieces.map((piece, at) => {
    if (special[at]) return null;
    const moved = kl[at] ?? 0;
    const tint = Math.min(1, moved / fullTint);
    return (
      <span
        key={at}
        title={`KL ${plainNumber(moved)} nats`}
        {...(tint > 0.05 && {
          style: { background: `color-mix(in srgb, var(--accent) ${Math.round(35 * tint)}%, transparent)` },
        })}
      >
        {piece}
      </span>
    );
  });
}

/** What the text goes on from: the plain text, or what the user said last. */
function lastOf(prompt: Prompt): string {
  return typeof prompt === 'string' ? prompt : (prompt.messages.at(-1)?.content ?? '');
}
