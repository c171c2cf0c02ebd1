import { Fragment, type ReactNode } from 'react';
import type { KeptFigures } from '../../../core/experiments/index.js';
import type { VerdictLimits } from '../../../core/measures/index.js';
import type { Content } from '../../engine/experiments/content.js';
import { plainNumber } from '../../look/numbers.js';
import { differentLimits, limitsInWords } from './limitsInWords.js';
import { differentSettings, textOf } from './settingsInWords.js';

export interface Compared {
  readonly name: string;
  readonly content: Content;
}

const figures: readonly { readonly label: string; readonly value: (figures: KeptFigures) => string }[] = [
  { label: 'State of the steered text', value: ({ verdict }) => verdict ?? '–' },
  { label: 'KL, nats a token', value: ({ meanKl }) => number(meanKl) },
  { label: 'Perplexity, unsteered model', value: ({ perplexity }) => number(perplexity, 1) },
  { label: 'Perplexity of the baseline', value: ({ baselinePerplexity }) => number(baselinePerplexity, 1) },
  { label: 'distinct-2, share', value: ({ distinct2 }) => number(distinct2) },
  { label: 'distinct-2 of the baseline', value: ({ baselineDistinct2 }) => number(baselineDistinct2) },
  {
    label: 'Norm ratio, largest layer',
    value: ({ normRatio }) => (normRatio === null ? '–' : `×${number(normRatio)}`),
  },
];

function number(value: number | null, digits = 2): string {
  return plainNumber(value ?? NaN, digits);
}

/** What differs in the settings, then texts and figures; a column each. */
export function CompareTable({ columns }: { readonly columns: readonly Compared[] }) {
  const contents = columns.map(({ content }) => content);
  const { different, same } = differentSettings(contents);
  const otherLimits = differentLimits(contents.map(({ snapshot }) => snapshot.limits));
  const cells = (of: (content: Content) => ReactNode) =>
    columns.map(({ name, content }, at) => <td key={`${at} ${name}`}>{of(content)}</td>);
  return (
    <>
      <p className="quiet experiment-words">
        {different.length === 0 ? 'All settings are the same.' : `${same} other settings are the same.`} Texts and
        figures are as they were kept when they were complete.
      </p>
      {otherLimits.length > 0 && (
        <p className="notice experiment-words">
          The states are judged by different limits ({otherLimits.join(', ')}), so the same word need not mean the same.
          The figures can be compared.
        </p>
      )}
      {/* Focusable, so that the keyboard scrolls it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="compare-scroll" role="region" aria-label="Side by side" tabIndex={0}>
        <table className="compare">
          <thead>
            <tr>
              <td />
              {columns.map(({ name }, at) => (
                <th key={`${at} ${name}`} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {different.map(({ label, words }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                {words.map((word, at) => (
                  <td key={at}>{word ?? <span className="quiet">not there</span>}</td>
                ))}
              </tr>
            ))}
            {(['baseline', 'steered'] as const).map((row) => (
              <tr key={row}>
                <th scope="row">{row === 'baseline' ? 'Baseline text' : 'Steered text'}</th>
                {cells((content) => (
                  <Text content={content} row={row} />
                ))}
              </tr>
            ))}
            {figures.map(({ label, value }, at) => (
              <Fragment key={label}>
                <tr>
                  <th scope="row">{label}</th>
                  {cells(({ outcome }) => (outcome ? value(outcome.figures) : '–'))}
                </tr>
                {at === 0 && (
                  <tr>
                    <th scope="row">Its limits: strained, then broken</th>
                    {cells(({ snapshot }) => (
                      <Limits limits={snapshot.limits} />
                    ))}
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Limits({ limits }: { readonly limits: VerdictLimits }) {
  return (
    <ul className="compare-limits">
      {limitsInWords(limits).map((words) => (
        <li key={words}>{words}</li>
      ))}
    </ul>
  );
}

function Text({ content, row }: { readonly content: Content; readonly row: 'baseline' | 'steered' }) {
  const text = textOf(content, row);
  if (text === null) return <span className="quiet">was not complete yet</span>;
  return (
    <Fragment>
      {!content.isOfBoard && <span className="tag tag-warn">before the last change</span>} {text}
    </Fragment>
  );
}
