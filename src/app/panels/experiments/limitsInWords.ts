/** The limits that states follow from, in words. */
import { judgedNames, type JudgedName, type Limits, type VerdictLimits } from '../../../core/measures/index.js';
import { plainNumber } from '../../look/numbers.js';

const names: Readonly<Record<JudgedName, string>> = {
  meanKl: 'KL',
  perplexityRatio: 'perplexity',
  distinct2: 'distinct pairs',
  normFactor: 'residual norms',
};

const lines: Readonly<Record<JudgedName, (strained: string, broken: string) => string>> = {
  meanKl: (strained, broken) => `KL over ${strained}, over ${broken} nats a token`,
  perplexityRatio: (strained, broken) => `perplexity over ${strained}, over ${broken} times the baseline’s`,
  distinct2: (strained, broken) => `distinct pairs under ${strained}, under ${broken} of the baseline’s`,
  normFactor: (strained, broken) => `residual norms grown or shrunk over ${strained}, over ${broken} times`,
};

/** A line a figure: from where on a text is strained, and from where on broken. */
export function limitsInWords(limits: VerdictLimits): readonly string[] {
  const shown = ({ strained, broken }: Limits) => [plainNumber(strained), plainNumber(broken)] as const;
  return judgedNames.map((name) => lines[name](...shown(limits[name])));
}

/** What of the limits is not the same everywhere, as it is called for people. */
export function differentLimits([first, ...others]: readonly VerdictLimits[]): readonly string[] {
  const differs = (name: JudgedName): boolean =>
    others.some((it) => (['strained', 'broken'] as const).some((level) => it[name][level] !== first?.[name][level]));
  return judgedNames.filter(differs).map((name) => names[name]);
}
