/** How strongly a plan may be applied until its texts cost too much. */
import type { CostPoint } from '../core/calibration/point.js';
import type { Prompt } from '../core/chat/prompt.js';
import type { StrengthScale } from '../core/steering/operator.js';
import type { Plan } from '../core/steering/plan.js';
import type { TaskId } from './task.js';

export interface CalibrateRequest {
  readonly task: TaskId;
  /** What a direction does, without conditions. The strength of all of its terms is what is tried. */
  readonly plan: Plan;
  readonly scale: Pick<StrengthScale, 'min' | 'max' | 'origin'>;
  /** Nats a token: the strengths where it is left are looked at closely. */
  readonly budget: number;
  /** Whether the graph may be opened again with hooks that the plan needs and that it was not given yet. */
  readonly mayOpen: boolean;
  /** More than are needed: those that the model reads as equally many tokens are taken, since they are one batch. */
  readonly prompts: readonly Prompt[];
}

export interface Calibration {
  /** Ascending; most of them where the budget is left. */
  readonly points: readonly CostPoint[];
  /** Of the closer look: texts a strength, and how many tokens each may have. */
  readonly texts: number;
  readonly tokens: number;
  readonly milliseconds: number;
}
