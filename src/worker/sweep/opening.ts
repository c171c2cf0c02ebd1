import { SteerboardError, toErrorData } from '../../core/errors.js';
import type { CompiledHooks } from '../../core/onnx/hooks.js';
import { hooksNeeded } from '../../core/steering/hooks.js';
import { emptyPlan } from '../../core/steering/plan.js';
import { compilePlan, type CompiledPlan } from '../../core/steering/schedule.js';
import type { CellFailure } from '../../protocol/api.js';
import type { Turn } from '../capture/background.js';
import { decidePlans } from '../generation/conditions.js';
import type { Decoder } from '../generation/decoder.js';
import { OwnPrompts } from '../generation/own-prompts.js';
import { readPrompt } from '../generation/prompt.js';
import type { PromptState } from '../generation/texts.js';
import type { EncodedPrompt } from '../model/chat-template.js';
import { ensureHooks } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import { compileChecked, type SweepJob } from './cells.js';
import { groupBy } from './ordering.js';
import type { Pace } from './pace.js';

/** A text whose prompt was read. */
export interface Begun {
  readonly job: SweepJob;
  /** Null where nothing is steered: the unsteered model's reading is the text's own. */
  readonly steered: PromptState | null;
  readonly unsteered: PromptState;
}

/** How the texts of a batch begin: their plans are compiled, and their prompts read under them. */
export class Opening {
  runs = 0;
  /** The plan that does nothing. */
  readonly none: CompiledPlan;
  readonly plans = new Map<SweepJob, CompiledPlan>();
  /** What the plans need; others may open the graph anew between two runs. */
  hooks: CompiledHooks = {};
  private readonly prompts: OwnPrompts;
  private isLost = false;

  constructor(
    private readonly model: SteeredModel,
    private readonly jobs: readonly SweepJob[],
    private readonly pace: Pace,
    private readonly turn: Turn,
  ) {
    this.prompts = new OwnPrompts(model);
    this.none = compilePlan(emptyPlan, model.shape);
  }

  /** Tokens that were read. */
  get tokens(): number {
    return this.prompts.tokens;
  }

  /** Decides conditions, compiles, and gives the graph its hooks. */
  async prepare(): Promise<readonly CellFailure[]> {
    this.model.decoder.caches.sweep();
    const failed: CellFailure[] = [];
    for (const job of this.jobs) {
      try {
        this.plans.set(job, await this.decide(job));
      } catch (error) {
        if (!(error instanceof SteerboardError) || error.code === 'device-lost') throw error;
        failed.push(...job.cells.map((id) => ({ id, error: toErrorData(error) })));
      }
    }
    this.hooks = hooksNeeded([...this.plans.values()]);
    await ensureHooks(this.model, this.hooks);
    return failed;
  }

  /**
   * Reads what is to be continued, in turns; nothing when the session was lost meanwhile.
   *
   * @param forked the graph with rows that fork, where the texts are written with it
   */
  async readPrompts(forked: Decoder | null): Promise<readonly Begun[]> {
    const jobs = this.jobs.filter((job) => this.plans.has(job));
    const unsteered = new Map<EncodedPrompt, PromptState>();
    for (const reference of new Set(jobs.map((job) => job.reference))) {
      const [state] = await this.read(reference, [this.none]);
      if (!state) return [];
      unsteered.set(reference, state);
    }
    const steered = new Map<SweepJob, PromptState>();
    const writing = jobs.filter((job) => !this.isOwnReference(job));
    for (const [prompt, own] of groupBy(writing, (job) => job.prompt)) {
      const together = Math.max(1, Math.floor(this.pace.tokens / prompt.ids.length));
      for (let at = 0; at < own.length; at += together) {
        const some = own.slice(at, at + together);
        const plans = some.map((job) => this.plans.get(job)!);
        const states = await this.read(prompt, plans, forked);
        if (states.length === 0) return [];
        some.forEach((job, index) => steered.set(job, states[index]!));
      }
    }
    return jobs.map((job) => ({
      job,
      steered: steered.get(job) ?? null,
      unsteered: unsteered.get(job.reference)!,
    }));
  }

  /** The session goes that holds what was read. */
  lose(): void {
    this.isLost = true;
    this.end();
  }

  /** Lets the prompts go. */
  end(): void {
    this.prompts.clear();
  }

  private isOwnReference(job: SweepJob): boolean {
    return job.reference === job.prompt && this.plans.get(job)!.isUnsteered;
  }

  private async decide({ plan, prompt, most }: SweepJob): Promise<CompiledPlan> {
    const [decided] = await decidePlans(this.model, prompt, [plan], this.prompts);
    return compileChecked(this.model, decided!.plan, prompt, most);
  }

  /** The prompt's states under plans; none when the session was lost meanwhile. */
  private read(
    prompt: EncodedPrompt,
    plans: readonly CompiledPlan[],
    forked: Decoder | null = null,
  ): Promise<readonly PromptState[]> {
    return this.turn(async () => {
      await ensureHooks(this.model, this.hooks);
      if (this.isLost) return [];
      const before = this.prompts.tokens;
      const start = performance.now();
      const states = await readPrompt(this.model, prompt, plans, this.prompts, forked);
      const tokens = this.prompts.tokens - before;
      if (tokens > 0) {
        // Rows that fork cost less, which would be taken for the pace.
        if (!forked) this.pace.took(tokens, performance.now() - start);
        this.runs++;
      }
      return states;
    });
  }
}
