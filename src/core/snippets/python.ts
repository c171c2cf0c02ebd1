/** What the Python programs share: the plan as data, and the arithmetic of the operators on rows of residuals. */
import { describePlan } from '../steering/describe.js';
import type { OperatorName } from '../steering/plan.js';
import { commentText, pythonNumber, pythonText } from './quoting.js';
import type { Bounds, ProgramPlan, ProgramScope, ProgramSite } from './sites.js';
import type { SnippetInput } from './snippet.js';
import { programStages } from './stages.js';

/** Comment at the top: what is done, and in which model. */
export function heading(input: SnippetInput, needs: string): string[] {
  const { model, plan } = input;
  const revision = model.revision === null ? '' : `, revision ${model.revision}`;
  return [
    ...directionsComment(input),
    `# ${commentText(describePlan(plan))}`,
    `# Model: ${commentText(`${model.id}${revision}`)} (${commentText(model.family)}, ${model.layers} layers of width ${model.width}), weights in ${commentText(model.dtype)}.`,
    `# Written by Steerboard. Needs ${needs}.`,
  ];
}

/** The page knows models of folders, and its own, by a name alone. */
export const modelComment =
  '# The folder of the Transformers checkpoint (config.json, tokenizer, weights), or its name on the Hub.';

/** Which directions the plan applies, by name. */
export function directionsComment({ directions }: SnippetInput): string[] {
  return directions.length === 0 ? [] : [`# Directions: ${commentText(directions.join(', '))}`];
}

/** What the program does otherwise than the page, as comments. */
export function differences({ model, prompt, sampling }: SnippetInput, { unknown }: ProgramPlan): string[] {
  const notes = [
    ...unknown.map((operator) => `The operator "${operator}" cannot be said here: what it does is left out.`),
    ...(model.dtype === 'fp32' || model.dtype === 'fp16'
      ? []
      : [`The page runs weights in ${model.dtype}; here they are not quantized, so texts may part after some tokens.`]),
    ...(sampling.temperature > 0
      ? ['Sampling draws other tokens than the page with the same seed. At temperature 0 the tokens are the same.']
      : []),
    ...(typeof prompt !== 'string' && prompt.messages.some(({ role }) => role === 'assistant')
      ? ['The page counts the assistant’s earlier words as generated; here they are part of the prompt.']
      : []),
  ];
  return notes.map((note) => `# ${commentText(note)}`);
}

/** Constants: model, vectors, prompt. */
export function constants(input: SnippetInput): string[] {
  const { model, prompt, vectors, plan } = input;
  const asked =
    typeof prompt === 'string'
      ? [`PROMPT = ${pythonText(prompt)}`]
      : [
          'MESSAGES = [',
          ...prompt.messages.map(({ role, content }) => `    {"role": "${role}", "content": ${pythonText(content)}},`),
          ']',
        ];
  return [
    modelComment,
    `MODEL = ${pythonText(model.id)}`,
    `REVISION = ${model.revision === null ? 'None' : pythonText(model.revision)}`,
    `VECTORS = load_file(${pythonText(vectors.fileName)})  # unit vectors [${model.width}] by name, exported beside this`,
    ...asked,
    `STEER_SPECIAL_TOKENS = ${plan.steerSpecialTokens ? 'True' : 'False'}`,
  ];
}

/** SITES and SCOPES. */
export function planData(plan: ProgramPlan): string[] {
  return [
    '# Where, by which operator and how strongly; amounts are raw, so they belong to this model.',
    'SITES = [',
    ...plan.sites.map((site) => `    ${siteText(site)},`),
    ']',
    '# To which tokens: first and end, counted within the prompt and within the generated tokens. None: to none of them.',
    'SCOPES = [',
    ...plan.scopes.map((scope) => `    ${scopeText(scope)},`),
    ']',
  ];
}

function siteText({ point, layer, op, vector, amount, second, centre, options, scope }: ProgramSite): string {
  const entries: (readonly [string, string])[] = [
    ['point', pythonText(point)],
    ['layer', String(layer)],
    ['op', pythonText(op)],
    ['vector', pythonText(vector)],
    ['amount', pythonNumber(amount)],
    ...(second === undefined ? [] : [['second', pythonText(second)] as const]),
    ...(centre === undefined ? [] : [['centre', pythonNumber(centre)] as const]),
    ...Object.entries(options).map(([name, value]) => [name, valueText(value)] as const),
    ['scope', String(scope)],
  ];
  return dictionary(entries);
}

function scopeText({ prompt, generated, curve, condition }: ProgramScope): string {
  const held =
    condition &&
    dictionary([
      ['layer', String(condition.layer)],
      ['vector', pythonText(condition.vector)],
      ['figure', pythonText(condition.figure)],
      ['side', pythonText(condition.side)],
      ['threshold', pythonNumber(condition.threshold)],
    ]);
  return dictionary([
    ['prompt', boundsText(prompt)],
    ['generated', boundsText(generated)],
    ['curve', `[${curve.map(({ at, factor }) => `(${at}, ${pythonNumber(factor)})`).join(', ')}]`],
    ...(held ? [['condition', held] as const] : []),
  ]);
}

function boundsText(bounds: Bounds | null): string {
  return bounds === null ? 'None' : `(${bounds[0]}, ${bounds[1] ?? 'None'})`;
}

function valueText(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? pythonNumber(value) : pythonText(value);
}

function dictionary(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([key, value]) => `${pythonText(key)}: ${value}`).join(', ')}}`;
}

/** `factor`, `change` and `steer`; only the stages that the plan uses. */
export function arithmetic(plan: ProgramPlan): string[] {
  const uses = (operator: OperatorName): boolean => plan.sites.some(({ op }) => op === operator);
  const curves = plan.scopes.some(({ curve }) => curve.length > 0);
  return [
    '# The tokens that are read in this run start at position "start" of "ids"; the first "prompt" of them are the prompt.',
    'RUN = {"start": 0, "ids": [], "prompt": 0}',
    '',
    '',
    'def factor(scope, position):',
    '    """What the strength is multiplied by at a token; 0 where it is left alone."""',
    '    if not scope.get("holds", True):',
    '        return 0.0',
    '    at = position - RUN["prompt"]',
    '    bounds, index = (scope["prompt"], position) if at < 0 else (scope["generated"], at)',
    '    if bounds is None:',
    '        return 0.0',
    '    first, end = bounds',
    '    if first < 0:',
    '        first = max(0, RUN["prompt"] + first)',
    '    if index < first or (end is not None and index >= end):',
    '        return 0.0',
    ...(curves
      ? [
          '    if at >= 0 and scope["curve"]:  # straight lines between the handles, level outside of them',
          '        return float(np.interp(at, *zip(*scope["curve"])))',
        ]
      : []),
    '    return 1.0',
    '',
    '',
    'def change(x, active):',
    '    """x [n, d] and what acts on these tokens, each with the factor of its strength -> x\' [n, d]."""',
    '    def these(*ops):',
    '        return [(site, by, VECTORS[site["vector"]].to(x)) for site, by in active if site["op"] in ops]',
    '',
    '    y = x',
    ...programStages.flatMap(({ operators, lines }) => (operators.some(uses) ? lines : [])),
    '    return y',
    '',
    '',
    'def steer(point, layer, x):',
    '    """x [1, S, d] at a point of a block -> what goes on from there."""',
    '    sites = [site for site in SITES if (site["point"], site["layer"]) == (point, layer)]',
    '    groups = {}  # tokens where the same sites act equally strongly',
    '    for index in range(x.shape[1]):',
    '        position = RUN["start"] + index',
    '        if STEER_SPECIAL_TOKENS or RUN["ids"][position] not in SPECIAL:',
    '            key = tuple(factor(SCOPES[site["scope"]], position) for site in sites)',
    '            groups.setdefault(key, []).append(index)',
    '    result = x.clone()',
    '    for factors, rows in groups.items():',
    '        active = [(site, by) for site, by in zip(sites, factors) if by != 0]',
    '        if active:',
    '            result[0, rows] = change(x[0, rows].float(), active).to(x.dtype)',
    '    return result',
  ];
}
