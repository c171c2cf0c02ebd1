/** The limits that states follow from, in words. */
import { figure } from '../../../core/figure.js';
import { judgedNames, type JudgedName, type VerdictLimits } from '../../../core/measures/index.js';

const names: Readonly<Record<JudgedName, string>> = {
  meanKl: 'KL',
  perplexityRatio: 'perplexity',
  distinct2: 'distinct pairs',
  normFactor: 'residual norms',
};

const lines: Readonly<Record<JudgedName, (limits: string) => string>> = {
  meanKl: (limits) => `KL over ${limits} nats a token`,
  perplexityRatio: (limits) => `perplexity over ${limits} times the baseline’s`,
  distinct2: (limits) => `distinct pairs under ${limits} of the baseline’s`,
  normFactor: (limits) => `residual norms changed over ${limits} times`,
};

/** A line a figure, "KL over 1.5, 5 nats a token": from where on a text is strained, and from where on broken. */
export function limitsInWords(limits: VerdictLimits): readonly string[] {
  return judgedNames.map((name) => lines[name](`${figure(limits[name].strained)}, ${figure(limits[name].broken)}`));
}

/** What of the limits is not the same everywhere, as it is called for people. */
export function differentLimits([first, ...others]: readonly VerdictLimits[]): readonly string[] {
  const differs = (name: JudgedName): boolean =>
    others.some((it) => (['strained', 'broken'] as const).some((level) => it[name][level] !== first?.[name][level]));
  return judgedNames.filter(differs).map((name) => names[name]);
}
