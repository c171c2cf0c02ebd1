/** A page with nothing but the worker, for tests that speak to the engine without the app. */
import { rangeOf } from '../../src/core/calibration/index.js';
import type { HookName } from '../../src/core/onnx/hooks.js';
import type { Prompt } from '../../src/core/chat/prompt.js';
import type { CompoundingRun, TextReadTwice } from '../../src/core/compounding/run.js';
import type { CovariancePart } from '../../src/core/covariance/covariance.js';
import type { ContrastTexts } from '../../src/core/directions/direction.js';
import type { Draws, LayerAssessment } from '../../src/core/quality/assess.js';
import type { FinderOptions } from '../../src/core/directions/finder.js';
import type { SteerboardError } from '../../src/core/errors.js';
import type { SamplingSettings } from '../../src/core/sampling.js';
import type { ConditionOutcome } from '../../src/core/steering/condition.js';
import type { Condition, Plan, PlanSite, PlanTerm } from '../../src/core/steering/plan.js';
import type {
  Device,
  CellFailure,
  CellResult,
  DeviceChoice,
  CompoundingRequest,
  EndReason,
  ForwardRequest,
  GenerateEvent,
  GenerateResult,
  LoadedModel,
  ModelSource,
  Probe,
  SweepRequest,
  SweepResult,
  ScanSource,
} from '../../src/protocol/api.js';
import { connect, type Remote } from '../../src/protocol/port.js';

/** A row as the page would have put it together from its events. */
export interface WrittenRow {
  promptIds: number[];
  /** Generated tokens. */
  ids: number[];
  text: string;
  logProbabilities: number[];
  /** [T][L] of prompt and generated tokens. */
  norms: number[][];
  /** [T][probes·L] */
  projections: number[][];
  reason: EndReason | null;
  textId: string;
  /** What the plan's conditions found. */
  conditions: ConditionOutcome[];
}
export interface Written {
  readonly rows: Readonly<Record<string, WrittenRow>>;
  readonly result: GenerateResult;
}
export interface Failure {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}
/** Numbers as the page's plans hold them, in arrays that cross into the page. */
export interface PlainSite {
  readonly layer: number;
  readonly hook?: HookName;
  readonly vector: readonly number[];
  readonly residualNorm: number;
  readonly factor?: number;
  readonly second?: readonly number[];
  readonly centre?: number;
  readonly transport?: { readonly scale: readonly number[]; readonly shift: readonly number[] };
}
export interface PlainCondition extends Omit<Condition, 'vector'> {
  readonly vector: readonly number[];
}
export type PlainTerm = Omit<PlanTerm, 'sites' | 'condition'> & {
  readonly sites: readonly PlainSite[];
  readonly condition?: PlainCondition;
};
export type PlainPlan = Omit<Plan, 'terms'> & { readonly terms: readonly PlainTerm[] };
export interface WriteOptions {
  readonly prompt: Prompt;
  readonly sampling?: Partial<SamplingSettings>;
  readonly rows: Readonly<Record<string, PlainPlan>>;
  readonly probes?: readonly { readonly id: string; readonly vectors: readonly (readonly number[] | null)[] }[];
  /** Cancel once the first row has this many tokens. */
  readonly cancelAfter?: number;
}
export interface SweepOptions {
  readonly cells: readonly {
    readonly id: string;
    readonly prompt: Prompt;
    readonly reference?: Prompt;
    readonly plan: PlainPlan;
    readonly seed: number;
  }[];
  readonly sampling?: Partial<SamplingSettings>;
  readonly probes?: WriteOptions['probes'];
  readonly targets?: SweepRequest['targets'];
  /** Cancel once this many cells are done. */
  readonly cancelAfter?: number;
  /** A text that is asked for after the first progress. */
  readonly meanwhile?: WriteOptions;
}
/** A cell's result in arrays that cross to the test. */
export type PlainCell = Omit<CellResult, 'logOdds' | MeasuredNumbers> &
  Readonly<Record<MeasuredNumbers, readonly number[]>> & {
    readonly logOdds: { readonly steered: readonly number[]; readonly unsteered: readonly number[] } | null;
  };
type MeasuredNumbers = 'kl' | 'baselineNll' | 'steeredNll' | 'normRatio' | 'norms' | 'projections';
export interface Swept {
  readonly cells: Readonly<Record<string, PlainCell>>;
  readonly failed: readonly CellFailure[];
  /** Cells in the order in which they came. */
  readonly order: readonly string[];
  readonly progress: readonly { readonly done: number; readonly of: number }[];
  /** Null: it was cancelled. */
  readonly result: SweepResult | null;
  /** What was asked for meanwhile, and how many cells were done when its first event and its end came. */
  readonly meanwhile: { readonly written: Written; readonly begunAt: number; readonly endedAt: number } | null;
}
export interface PlainCompounding extends Omit<CompoundingRequest, 'task' | 'plan' | 'direction'> {
  readonly plan: PlainPlan;
  readonly direction: { readonly layer: number; readonly vector: readonly number[] } | null;
}
/** A text's figures in arrays. */
export interface PlainReading {
  readonly ids: readonly number[];
  readonly kl: readonly number[];
  readonly baselineNll: readonly number[];
  readonly drift: readonly number[];
  readonly alignment: { readonly steered: readonly number[]; readonly unsteered: readonly number[] };
}
export interface PlainRun {
  readonly prompt: number;
  readonly seed: number;
  readonly baseline: PlainReading;
  readonly steered: PlainReading;
  readonly impulse: PlainReading | null;
  readonly lengths: CompoundingRun['lengths'];
}
export interface PlainFile {
  readonly path: string;
  readonly bytes: readonly number[] | string;
}

let tasks = 0;
const newTask = () => `task-${++tasks}`;
const greedy: SamplingSettings = {
  temperature: 0,
  topK: 0,
  topP: 1,
  repetitionPenalty: 1,
  seed: 7,
  maxNewTokens: 24,
};

export class Harness {
  readonly worker = new Worker(new URL('../../src/worker/main.ts', import.meta.url), { type: 'module' });
  readonly remote: Remote = connect(this.worker, new URL('/', document.baseURI).href);
  notices: string[] = [];

  load(device: DeviceChoice, source: ModelSource = { kind: 'bundled', id: 'tales' }): Promise<LoadedModel> {
    return this.remote.loadModel({ task: newTask(), source, device }, () => undefined);
  }

  /** A folder as a file input gives it; texts are written as UTF-8, and `from` fetches a file of this site. */
  async loadFolder(
    device: Device,
    files: readonly (PlainFile | { path: string; from: string } | { path: string; base64: string })[],
    name = 'folder',
  ) {
    const made = await Promise.all(
      files.map(async (file) => {
        const content =
          'from' in file
            ? await (await fetch(file.from)).arrayBuffer()
            : 'base64' in file
              ? Uint8Array.from(atob(file.base64), (character) => character.charCodeAt(0))
              : typeof file.bytes === 'string'
                ? file.bytes
                : new Uint8Array(file.bytes);
        return { path: file.path, file: new File([content], file.path.split('/').at(-1)!) };
      }),
    );
    return this.load(device, { kind: 'folder', name, files: made });
  }

  listen(): Promise<void> {
    return this.remote.listen((notice) => {
      if (notice.type === 'device-lost') this.notices.push(`${notice.type}: ${notice.error.code}`);
      else if (notice.hooks.length > 0) this.notices.push(`${notice.type}: ${notice.hooks.join(' ')}`);
    });
  }

  async write(options: WriteOptions, onFirst: () => void = () => undefined): Promise<Written> {
    const rows: Record<string, WrittenRow> = {};
    const task = newTask();
    const request = {
      task,
      prompt: options.prompt,
      sampling: { ...greedy, ...options.sampling },
      rows: Object.entries(options.rows).map(([row, plan]) => ({ row, plan: toPlan(plan) })),
      probes: (options.probes ?? []).map(toProbe),
    };
    const result = await this.remote.generate(request, (events) => {
      if (Object.keys(rows).length === 0) onFirst();
      for (const event of events) take(rows, event);
      const first = rows[request.rows[0]!.row];
      if (options.cancelAfter !== undefined && first && first.ids.length >= options.cancelAfter) {
        void this.remote.cancel(task);
      }
    });
    return { rows, result };
  }

  async forward(request: Omit<ForwardRequest, 'plan'> & { readonly plan: PlainPlan }) {
    const { logits, residuals } = await this.remote.forward({ ...request, plan: toPlan(request.plan) });
    return { logits: toBase64(logits), residuals: toBase64(residuals) };
  }

  fit(
    positive: readonly string[],
    negative: readonly string[],
    kind: 'pairs' | 'lists' = 'pairs',
    hook: HookName = 'resid_post',
  ) {
    return this.fitTexts({ kind, positive, negative }, hook);
  }

  /** `progress`: how many texts were read, each time it was told. */
  async fitTexts(
    texts: ContrastTexts | null,
    hook: HookName = 'resid_post',
    method = 'mean-difference',
    options: FinderOptions = {},
  ) {
    const progress: number[] = [];
    const direction = await this.remote.fitDirection(
      { task: newTask(), texts, method, hook, options },
      ({ label, done }) => {
        if (label === 'Reading the texts') progress.push(done);
      },
    );
    const layers = direction.layers.map((layer) => ({
      ...layer,
      vector: [...layer.vector],
      positions: layer.positions?.map(({ vector, scale }) => ({ vector: [...vector], scale })),
    }));
    const { model, notes = [] } = direction;
    return { layers, model, hook: direction.hook, notes, progress };
  }

  preview(texts: ContrastTexts) {
    return this.remote.previewTexts(texts);
  }

  /** Asks for a text once some of the contrast texts were read; what was done first. */
  async fitAndWrite(texts: ContrastTexts, prompt: Prompt): Promise<readonly string[]> {
    const order: string[] = [];
    let write: Promise<unknown> | null = null;
    await this.remote.fitDirection({ task: newTask(), texts, method: 'mean-difference' }, ({ done }) => {
      if (done === 0) return;
      write ??= this.write({
        prompt,
        sampling: { maxNewTokens: 4 },
        rows: { baseline: { terms: [], steerSpecialTokens: false } },
      }).then(() => order.push('written'));
    });
    order.push('fitted');
    await write;
    return order;
  }

  /** Neurons and tokens along a vector. */
  nearest(
    vector: readonly number[],
    layer: number,
    more: { readonly hook?: HookName; readonly count?: number; readonly dictionary?: string } = {},
  ) {
    const { hook = 'resid_post', count = 8, dictionary = null } = more;
    const request = {
      task: newTask(),
      vector: Float32Array.from(vector),
      layer,
      hook,
      count,
      throughGain: true,
      dictionary,
    };
    return this.remote.nearestWeights(request, () => undefined);
  }

  /** A direction that needs no texts. */
  async take(method: string, options: FinderOptions, hook: HookName = 'resid_post') {
    const request = { task: newTask(), texts: null, method, options, hook };
    const { layers, source } = await this.remote.fitDirection(request, () => undefined);
    return { source, layers: layers.map((layer) => ({ ...layer, vector: [...layer.vector] })) };
  }

  async importDictionary(name: string, base64: string) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const file = new File([bytes], `${name}.safetensors`);
    return this.remote.importDictionary({ task: newTask(), file, name }, () => undefined);
  }

  /** A plane's numbers in arrays; the direction of a `rest` plane comes as one. */
  async plane(texts: ContrastTexts, layer: number, direction: readonly number[] | null = null) {
    const axes = direction
      ? ({ kind: 'rest', direction: Float32Array.from(direction) } as const)
      : ({ kind: 'components' } as const);
    const it = await this.remote.planeOf({ task: newTask(), texts, hook: 'resid_post', layer, axes }, () => undefined);
    const { shares, residualNorm } = it;
    const [origin, positive, negative] = [[...it.origin], [...it.positive], [...it.negative]];
    return { axes: it.axes.map((axis) => [...axis]), origin, positive, negative, shares, residualNorm };
  }

  /** Along given axes, in arrays. */
  async covariance(texts: ContrastTexts, layer: number, part: CovariancePart, axes: readonly (readonly number[])[]) {
    const vectors = axes.map((axis) => Float32Array.from(axis));
    const request = { task: newTask(), texts, hook: 'resid_post', layer, part, whitened: false } as const;
    const it = await this.remote.covariance({ ...request, axes: { kind: 'directions', vectors } }, () => undefined);
    const [covariance, correlation, spectrum] = [[...it.covariance], [...it.correlation], [...it.spectrum]];
    return { covariance, correlation, spectrum, texts: it.texts };
  }

  spread(texts: ContrastTexts) {
    return this.remote.spread({ task: newTask(), texts, hook: 'resid_post' }, () => undefined);
  }

  /** What texts say of a direction at some layers; how often it said how far it is. */
  async assess(
    texts: ContrastTexts,
    method: string | null,
    vectors: readonly { readonly layer: number; readonly vector: readonly number[] }[],
    draws: Draws,
  ) {
    const assessments: LayerAssessment[] = [];
    const floats = vectors.map(({ layer, vector }) => ({ layer, vector: Float32Array.from(vector) }));
    const request = { task: newTask(), texts, hook: 'resid_post' as const, method, vectors: floats, draws };
    await this.remote.assessDirection(request, (events) => {
      for (const event of events) if (event.type === 'layer') assessments.push(event.assessment);
    });
    return assessments;
  }

  /** What adding a site's vector does to one text, and together with another's. */
  async effectOf(ids: readonly number[], site: PlainSite, other: PlainSite | null, strengths: readonly number[]) {
    const { layer, hook = 'resid_post' } = site;
    const added = ({ vector, residualNorm }: PlainSite) => ({ vector: Float32Array.from(vector), residualNorm });
    const it = await this.remote.assessEffect(
      {
        task: newTask(),
        texts: [ids],
        hook,
        layer,
        direction: added(site),
        other: other && added(other),
        strengths,
        promotedAt: strengths[0]!,
        promoted: 5,
      },
      () => undefined,
    );
    const plain = (reports: typeof it.doubled) => reports.map((report) => ({ ...report, layers: [...report.layers] }));
    return { ...it, doubled: plain(it.doubled), summed: plain(it.summed) };
  }

  async compare(textId: string, plan: PlainPlan, candidates = 5) {
    const it = await this.remote.compareText({ task: newTask(), textId, plan: toPlan(plan), candidates });
    const [kl, baselineNll, steeredNll, normRatio] = [it.kl, it.baselineNll, it.steeredNll, it.normRatio].map((x) => [
      ...x,
    ]) as [number[], number[], number[], number[]];
    return { candidates: it.candidates, kl, baselineNll, steeredNll, normRatio, promptLength: it.promptLength };
  }

  /** @throws what the sweep fails with, but for `cancelled` where that was asked for. */
  async sweep(options: SweepOptions): Promise<Swept> {
    const task = newTask();
    const { seed: _, ...sampling } = { ...greedy, ...options.sampling };
    const cells: Record<string, PlainCell> = {};
    const failed: CellFailure[] = [];
    const progress: { done: number; of: number }[] = [];
    let [begunAt, endedAt] = [-1, -1];
    const count = () => Object.keys(cells).length;
    let meanwhile: Promise<Written> | null = null;
    const request = {
      task,
      cells: options.cells.map((cell) => ({ ...cell, plan: toPlan(cell.plan) })),
      sampling,
      probes: (options.probes ?? []).map(toProbe),
      targets: options.targets ?? null,
    };
    const call = this.remote.sweep(request, (events) => {
      for (const event of events) {
        if (event.type === 'cells') for (const cell of event.cells) cells[cell.id] = toPlainCell(cell);
        else if (event.type === 'failed') failed.push(...event.cells);
        else progress.push({ done: event.done, of: event.of });
      }
      if (options.cancelAfter !== undefined && count() >= options.cancelAfter) void this.remote.cancel(task);
      if (!options.meanwhile || progress.every(({ done }) => done === 0)) return;
      meanwhile ??= this.write(options.meanwhile, () => (begunAt = count())).finally(() => (endedAt = count()));
    });
    const result = await call.catch((error: unknown) => {
      if (options.cancelAfter !== undefined && (error as SteerboardError).code === 'cancelled') return null;
      throw error;
    });
    const written = (await meanwhile) as Written | null;
    const order = Object.keys(cells);
    return { cells, failed, order, progress, result, meanwhile: written && { written, begunAt, endedAt } };
  }

  /** The lens of a text's tokens from a position on, in arrays [L][P]. */
  async lens(textId: string, plan: PlainPlan, from: number, to: number) {
    const request = { task: newTask(), textId, plan: toPlan(plan), from, to, candidates: 5 };
    const it = await this.remote.logitLens(request, () => undefined);
    const side = ({ ids, probabilities, ranks, logProbabilities, entropies }: typeof it.baseline) => ({
      ids: [...ids],
      probabilities: [...probabilities],
      ranks: [...ranks],
      logProbabilities: [...logProbabilities],
      entropies: [...entropies],
    });
    const { layers, positions, kl } = it;
    const [baseline, steered] = [side(it.baseline), side(it.steered)];
    return { layers, positions, from: it.from, kl: [...kl], baseline, steered, pieces: [...it.pieces] };
  }

  /** Cancels the lens once it looks through the head; how far it was. */
  async cancelLens(textId: string, plan: PlainPlan): Promise<Failure> {
    const task = newTask();
    const request = { task, textId, plan: toPlan(plan), from: 1, to: 1000, candidates: 5 };
    return failure(
      this.remote.logitLens(request, ({ label }) => {
        if (label === 'Looking through the lens') void this.remote.cancel(task);
      }),
    );
  }

  /** Texts as they are typed, or the worker's own; numbers in arrays. */
  async scan(texts: readonly ScanSource[], probes: readonly (readonly (readonly number[] | null)[])[]) {
    const request = {
      task: newTask(),
      texts,
      probes: probes.map((vectors, index) => toProbe({ id: String(index), vectors })),
    };
    const progress: number[] = [];
    const scanned = await this.remote.scanText(request, ({ done }) => progress.push(done));
    return {
      progress,
      texts: scanned.map(({ text, norms, projections, cut }) => ({
        ids: text.ids,
        pieces: text.pieces,
        special: text.special,
        norms: [...norms],
        projections: [...projections],
        cut,
      })),
    };
  }

  /** Runs and how often progress was told, in arrays; the call is cancelled after so many runs. */
  async compounding(request: PlainCompounding, cancelAfter = Infinity) {
    const { plan, direction, ...rest } = request;
    const runs: PlainRun[] = [];
    const progress: number[] = [];
    const task = newTask();
    const done = this.remote.measureCompounding(
      {
        ...rest,
        task,
        plan: toPlan(plan),
        direction: direction && { ...direction, vector: Float32Array.from(direction.vector) },
      },
      (events) => {
        for (const event of events) {
          if (event.type === 'progress') progress.push(event.done / event.of);
          else runs.push(toPlainRun(event.run));
        }
        if (runs.length >= cancelAfter) void this.remote.cancel(task);
      },
    );
    const error = await done.then(
      () => null,
      (thrown: SteerboardError) => thrown.code,
    );
    return { runs, progress, error };
  }

  /** Of a plan whose terms' strengths are what is tried, in the unit of `add`. */
  async calibrate(plan: PlainPlan, budget: number, prompts: readonly Prompt[]) {
    const scale = { min: -2, max: 2, origin: 0 };
    const request = { task: newTask(), plan: toPlan(plan), scale, budget, prompts, mayOpen: true };
    const { points } = await this.remote.calibrate(request, () => undefined);
    return { points, range: rangeOf(points, budget, 0) };
  }

  /** How often a text was finished before the calibration that was going on. */
  async calibrateAndWrite(plan: PlainPlan, budget: number, prompts: readonly Prompt[]): Promise<readonly string[]> {
    const order: string[] = [];
    const rows = { baseline: { terms: [], steerSpecialTokens: false } };
    const scale = { min: -2, max: 2, origin: 0 };
    const request = { task: newTask(), plan: toPlan(plan), scale, budget, prompts, mayOpen: true };
    let write: Promise<unknown> | null = null;
    await this.remote.calibrate(request, ({ done }) => {
      if (done === 0) return;
      write ??= this.write({ prompt: 'They saw', sampling: { maxNewTokens: 4 }, rows }).then(() => order.push('text'));
    });
    order.push('calibration');
    await write;
    return order;
  }

  async readNorms(textId: string): Promise<number[][]> {
    return (await this.remote.readText({ textId, probes: [] })).map((readout) => [...readout.norms]);
  }

  stop(): void {
    this.worker.terminate();
    this.remote.close();
  }
}

/** What transformers.js itself generates greedily with the bundled model, prompt left out. */
async function stock(prompt: string, tokens: number): Promise<number[]> {
  const { AutoModelForCausalLM, AutoTokenizer, env } = await import('@huggingface/transformers');
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = '/models/';
  env.useBrowserCache = false;
  delete env.backends.onnx.wasm!.wasmPaths;
  const tokenizer = await AutoTokenizer.from_pretrained('tales');
  const model = await AutoModelForCausalLM.from_pretrained('tales', { device: 'wasm', dtype: 'fp32' });
  const inputs = tokenizer(prompt) as Record<string, { dims: number[] }>;
  const output = (await model.generate({ ...inputs, do_sample: false, max_new_tokens: tokens })) as {
    tolist: () => bigint[][];
  };
  return output.tolist()[0]!.slice(inputs['input_ids']!.dims[1]).map(Number);
}

/** What a call failed with, as an error that crosses to the test. */
async function failure(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    const { name, code, message, fields } = error as SteerboardError;
    return { name, code, message, fields };
  }
  throw new Error('The call did not fail.');
}

/** Hundreds of thousands of numbers cross to the test much faster as bytes. */
function toBase64(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

function toSite({ vector, second, transport, ...rest }: PlainSite): PlanSite {
  const floats = (numbers: readonly number[]) => Float32Array.from(numbers);
  return {
    ...rest,
    vector: floats(vector),
    ...(second && { second: floats(second) }),
    ...(transport && { transport: { scale: floats(transport.scale), shift: floats(transport.shift) } }),
  };
}

function toPlan(plan: PlainPlan): Plan {
  return {
    ...plan,
    terms: plan.terms.map(({ condition, ...term }) => ({
      ...term,
      ...(condition && { condition: { ...condition, vector: Float32Array.from(condition.vector) } }),
      sites: term.sites.map(toSite),
    })),
  };
}

function toPlainCell(cell: CellResult): PlainCell {
  const { kl, baselineNll, steeredNll, normRatio, norms, projections, logOdds } = cell;
  return {
    ...cell,
    kl: [...kl],
    baselineNll: [...baselineNll],
    steeredNll: [...steeredNll],
    normRatio: [...normRatio],
    norms: [...norms],
    projections: [...projections],
    logOdds: logOdds && { steered: [...logOdds.steered], unsteered: [...logOdds.unsteered] },
  };
}

function toPlainRun({ baseline, steered, impulse, ...run }: CompoundingRun): PlainRun {
  const plain = ({ ids, kl, baselineNll, drift, alignment }: TextReadTwice): PlainReading => ({
    ids,
    kl: [...kl],
    baselineNll: [...baselineNll],
    drift: [...drift],
    alignment: { steered: [...alignment.steered], unsteered: [...alignment.unsteered] },
  });
  return { ...run, baseline: plain(baseline), steered: plain(steered), impulse: impulse && plain(impulse) };
}

function toProbe(probe: NonNullable<WriteOptions['probes']>[number]): Probe {
  return { id: probe.id, vectors: probe.vectors.map((vector) => (vector ? Float32Array.from(vector) : null)) };
}

function take(rows: Record<string, WrittenRow>, event: GenerateEvent): void {
  if (event.type === 'prompt') {
    rows[event.row] = {
      promptIds: [...event.text.ids],
      ids: [],
      text: '',
      logProbabilities: [],
      norms: event.readouts.map((readout) => [...readout.norms]),
      projections: event.readouts.map((readout) => [...readout.projections]),
      reason: null,
      textId: '',
      conditions: [...(event.conditions ?? [])],
    };
    return;
  }
  const row = rows[event.row]!;
  if (event.type === 'token') {
    if (event.position !== row.promptIds.length + row.ids.length) throw new Error('tokens out of order');
    row.ids.push(event.id);
    row.text += event.piece;
    row.logProbabilities.push(event.logProbability);
  } else if (event.type === 'readout') {
    if (event.position !== row.norms.length) throw new Error('readouts out of order');
    row.norms.push([...event.readout.norms]);
    row.projections.push([...event.readout.projections]);
  } else {
    row.reason = event.reason;
    row.textId = event.textId;
  }
}

declare global {
  interface Window {
    engine: Harness;
    Harness: typeof Harness;
    failure: typeof failure;
    stock: typeof stock;
  }
}
Object.assign(window, { engine: new Harness(), Harness, failure, stock });
