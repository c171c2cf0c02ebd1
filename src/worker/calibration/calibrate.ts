import {
  coarseStrengths,
  fineStrengths,
  isBracketed,
  mergeLooks,
  rangeOf,
  type CostPoint,
} from '../../core/calibration/index.js';
import type { Prompt } from '../../core/chat/prompt.js';
import { fromErrorData, SteerboardError } from '../../core/errors.js';
import { costOf } from '../../core/outcomes/index.js';
import { defaultSampling } from '../../core/sampling.js';
import { coversHooks, hooksNeeded } from '../../core/steering/hooks.js';
import type { Plan } from '../../core/steering/plan.js';
import { compilePlan } from '../../core/steering/schedule.js';
import type { CalibrateRequest, Calibration, SweepCell, SweepEvent } from '../../protocol/api.js';
import type { OnProgress, Turn } from '../capture/background.js';
import { checkHooks, opensBeside } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import { sweep } from '../sweep/sweep.js';
import type { Task } from '../tasks.js';
import { alike } from './alike.js';

/** How many texts a strength, and how many tokens each. */
interface Look {
  readonly texts: number;
  readonly tokens: number;
}
const coarse: Look = { texts: 2, tokens: 8 };
/** KL grows along some texts, so few long ones tell more than many short ones. */
const fine: Look = { texts: 3, tokens: 80 };

/** Closer looks, at ends that turned out to lie elsewhere. */
const mostLooks = 3;

/** Not the page's seed, nor near it. */
const firstSeed = 7001;

const label = 'Measuring the safe range';

/**
 * What texts cost over the strengths of a plan: a first look at short texts over the whole slider, then a closer one at
 * strengths around each end of the range that it gives, and again where the end turns out to lie elsewhere. All strengths
 * write with the same prompts and seeds, so that they differ by the strength.
 *
 * Texts are written under the plan, as the page's are. That was compared with KL on texts that the unsteered model wrote, in
 * about the same time: over ten directions and 320 held-out texts of 96 tokens, the mean KL at the ends over the budget had a
 * standard deviation of 0.20 on unsteered texts (8 of 24 tokens a strength), and on steered ones of 0.16 (8 of 24), 0.13 (5 of
 * 40) and 0.08 (3 of 76), without a factor to correct it by.
 */
export async function calibrate(
  model: SteeredModel,
  { task: id, plan, scale, budget, prompts, mayOpen }: CalibrateRequest,
  task: Task,
  say: OnProgress,
  turn: Turn,
): Promise<Calibration> {
  const start = performance.now();
  const chosen = alike(model, prompts);
  await turn(() => checkOpen(model, plansAt(plan, coarseStrengths(scale)), mayOpen));
  const look = (strengths: readonly number[], at: Look): Promise<readonly CostPoint[]> =>
    costsAt(model, { task: id, plan }, strengths, chosen, at, task, turn);
  say({ label, done: 0, total: 1 + mostLooks });
  const first = await look(coarseStrengths(scale), coarse);
  let close: readonly CostPoint[] = [];
  let points = first;
  for (let looks = 1; looks <= mostLooks; looks++) {
    say({ label, done: looks, total: 1 + mostLooks });
    const range = rangeOf(points, budget, scale.origin);
    if (!range) break;
    const open = (['from', 'to'] as const).filter((end) => !isBracketed(close, range, end, scale));
    const known = new Set(close.map(({ strength }) => strength));
    const strengths = fineStrengths(range, open, scale).filter((strength) => !known.has(strength));
    if (strengths.length === 0) break;
    close = [...close, ...(await look(strengths, fine))];
    points = mergeLooks(first, close, scale);
  }
  return { points, ...fine, milliseconds: performance.now() - start };
}

function plansAt(plan: Plan, strengths: readonly number[]): readonly Plan[] {
  return strengths.map((strength) => ({ ...plan, terms: plan.terms.map((term) => ({ ...term, strength })) }));
}

/**
 * Nobody asked for a measurement, so the graph is not opened again for what is not on, and a large model's session never is
 * closed for it. What is on has its hooks as soon as the page has written a text with it.
 *
 * @throws SteerboardError `plan-impossible`, which says when it is measured; same errors as {@link checkHooks}
 */
async function checkOpen(model: SteeredModel, plans: readonly Plan[], mayOpen: boolean): Promise<void> {
  const needed = hooksNeeded(plans.map((it) => compilePlan(it, model.shape)));
  if (coversHooks(model.decoder.report.compiled, needed)) return;
  checkHooks(model, needed);
  if (mayOpen && (await opensBeside(model))) return;
  const hooks = Object.keys(needed).join(', ');
  const when = mayOpen ? 'once a text was written with it' : 'once the direction is on';
  throw new SteerboardError('plan-impossible', `It acts at ${hooks}, which the model is not open for yet. It is measured ${when}.`, { hooks }); // prettier-ignore
}

async function costsAt(
  model: SteeredModel,
  { task: id, plan }: Pick<CalibrateRequest, 'task' | 'plan'>,
  strengths: readonly number[],
  prompts: readonly Prompt[],
  { texts, tokens }: Look,
  task: Task,
  turn: Turn,
): Promise<readonly CostPoint[]> {
  const costs = new Map<string, number>();
  const take = (events: readonly SweepEvent[]): void => {
    for (const event of events) {
      if (event.type === 'failed') {
        // What overflows costs more than anything: that is an answer, not a failure.
        for (const { id: cell, error } of event.cells) {
          if (error.code !== 'overflow') throw fromErrorData(error);
          costs.set(cell, Infinity);
        }
      }
      if (event.type === 'cells') for (const cell of event.cells) costs.set(cell.id, costOf(cell, []).meanKl);
    }
  };
  const nameOf = (strength: number, text: number) => `${strength} ${text}`;
  const cells = strengths.flatMap((strength): readonly SweepCell[] => {
    const [steered] = plansAt(plan, [strength]) as [Plan];
    // Where nothing is done nothing need be written.
    if (compilePlan(steered, model.shape).isUnsteered) return [];
    return Array.from({ length: texts }, (_, text) => ({
      id: nameOf(strength, text),
      prompt: prompts[text % prompts.length]!,
      plan: steered,
      seed: firstSeed + text,
    }));
  });
  const request = { cells, sampling: { ...defaultSampling, maxNewTokens: tokens }, probes: [], targets: null };
  await sweep(model, { task: id, ...request }, task, take, turn);
  return strengths.map((strength) => ({
    strength,
    kl: Array.from({ length: texts }, (_, text) => costs.get(nameOf(strength, text)) ?? 0),
  }));
}
