/** The table of held-out texts at the ends of safe ranges. */

const signed = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

/** @param measured of bench/measures/safe-range.ts */
export function safeRangeTable({ budget, ranges }) {
  const ends = ranges.flatMap(({ from, to }) => [from, to]);
  const sum = (key) => ends.reduce((total, end) => total + end[key], 0);
  const cells = ({ over, texts, meanKl }) => [`${over} of ${texts}`, meanKl.toFixed(2)];
  const lines = ranges.map(({ direction, layer, seconds, from, to }) =>
    [
      direction,
      layer,
      `${signed(from.strength)} … ${signed(to.strength)}`,
      ...cells(from),
      ...cells(to),
      `${seconds.toFixed(1)} s`,
    ].join(' | '),
  );
  const share = ((100 * sum('over')) / sum('texts')).toFixed(1);
  const meansOver = ends.filter(({ meanKl }) => meanKl > budget).length;
  return [
    '| direction | layer | safe range | over at − | mean KL | over at + | mean KL | calibrated in |',
    '| --- | --: | --- | --: | --: | --: | --: | --: |',
    ...lines.map((line) => `| ${line} |`),
    '',
    `Over the budget of ${budget} nats a token: ${sum('over')} of ${sum('texts')} texts (${share} %), and ${meansOver} of the ${ends.length} means over an end's texts.`,
  ].join('\n');
}
