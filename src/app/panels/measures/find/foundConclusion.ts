/** What a search came to, for a report: in sentences and as a table. */
import { figure } from '../../../../core/figure.js';
import type { ReportedConclusion } from '../../../../core/report/index.js';
import { layersText, plainNumber, signedNumber } from '../../../look/numbers.js';
import { cell } from '../../../plots/table.js';
import type { Found } from '../../../stores/find.js';
import { methodLabel } from '../../DirectionCard.js';
import {
  besideAsSet,
  effectWords,
  lineNames,
  samplingWords,
  scopeWords,
  stateOf,
  unitOf,
  unwrittenWords,
  worstWords,
} from './words.js';

/** Null where nothing was measured on other prompts than it was chosen on. */
export function foundConclusion(found: Found): ReportedConclusion | null {
  const { best, report, sought, accepted } = found;
  if (!best || !report) return null;
  const { unit } = unitOf(sought);
  const { mean, interval, works } = report.gain;
  const reach = interval ? ` [${signedNumber(interval[0])}, ${signedNumber(interval[1])}]` : '';
  const more = `On prompts that it was not chosen on it does ${signedNumber(mean)}${reach} ${unit} more than random directions`;
  const worst = worstWords(sought);
  const names = lineNames(sought);
  return {
    title: `More of ${sought.name}, found by search`,
    sentences: [
      !works
        ? `Nothing works. ${more}, and the 95 % interval does not lie above zero: this may be chance.`
        : `It works${accepted ? '' : ', and texts suffer'}. ${more}; the 95 % interval lies above zero.`,
      `Best of ${found.arms} ways and places: ${methodLabel(best.arm.method)} at ${layersText(best.arm.layers)}, strength ${plainNumber(best.strength, 3)} residual norms${scopeWords(sought)}.`,
      accepted ? `Whole texts are ${worst}.` : `At no strength that was tried are whole texts ${worst}.`,
      besideAsSet(found),
      unwrittenWords(report.lines, sought),
      effectWords(sought),
      `On ${sought.model}, up to ${figure(sought.budget)} nats of KL a token; texts of at most ${sought.sampling.maxNewTokens} tokens, ${samplingWords(sought)}.`,
    ].filter((sentence) => sentence !== ''),
    table: {
      columns: [
        { name: `more of ${sought.name} by`, unit: '' },
        { name: 'effect', unit },
        { name: 'from', unit },
        { name: 'to', unit },
        { name: 'cost', unit: 'nats of KL a token' },
        { name: 'state of the text', unit: '' },
        { name: 'texts', unit: '' },
      ],
      rows: report.lines.map((line) => [
        names[line.kind],
        rounded(line.point.effect),
        rounded(line.point.interval?.[0]),
        rounded(line.point.interval?.[1]),
        rounded(line.point.cost),
        stateOf(line),
        line.point.texts,
      ]),
    },
  };
}

/** Three digits behind the point, where the page has two. */
function rounded(value: number | undefined): number | null {
  const known = cell(value);
  return known === null ? null : Number(known.toFixed(3));
}
