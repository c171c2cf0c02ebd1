/** What is saved between visits: exactly what is in the stores. Checked on the way in, since it may be old or damaged. */
import { z } from 'zod';
import { contrastKinds } from '../../core/directions/direction.js';
import { defaultHub } from '../../core/hub/address.js';
import { hookNames } from '../../core/onnx/hooks.js';
import { axesKinds } from '../../core/planes/axes.js';
import { scanQuantities } from '../../core/scan/figures.js';
import { thresholds } from '../../core/measures/index.js';
import { operatorNames } from '../../core/steering/plan.js';
import { effectNames } from '../../core/outcomes/index.js';
import { isAllFinite } from '../../core/tensors/vector.js';
import { useCalibration } from '../stores/calibration.js';
import { useDirections } from '../stores/directions.js';
import { emptyDraft, useEditor } from '../stores/editor.js';
import { firstLens, useLens } from '../stores/lens.js';
import { useLimits } from '../stores/limits.js';
import { findLosses, findWays, freshFind, useFind } from '../stores/find.js';
import { freshChat, usePrompt } from '../stores/prompt.js';
import { firstScan, useScan } from '../stores/scan.js';
import { useSession } from '../stores/session.js';
import { firstSpec, useSweep } from '../stores/sweep.js';
import { firstPlane, useView } from '../stores/view.js';

export const snapshotVersion = 1;

// Nothing is bounded here: what may be as long as it likes is for those to say who let it into the stores, and what is in
// them must come back.
const finite = z.number();
const text = z.string();
const layerIndex = z.int().min(0);
/** Vectors that were looked at, which never change: a board is checked with every step of a slider, and has millions of values. */
const soundVectors = new WeakSet<Float32Array>();
const vector = z.instanceof(Float32Array).refine((values) => {
  if (soundVectors.has(values)) return true;
  const isSound = isAllFinite(values);
  if (isSound) soundVectors.add(values);
  return isSound;
}, 'holds a value that is not a number');
const readToken = z.union([
  z.object({ kind: z.enum(['last', 'mean']) }),
  z.object({ kind: z.literal('token'), index: z.int() }),
  z.object({ kind: z.literal('after'), marker: text }),
]);
const contrastTexts = z.object({
  kind: z.enum(contrastKinds),
  positive: z.array(text),
  negative: z.array(text),
  questions: z.array(text).exactOptional(),
  read: readToken.exactOptional(),
});
const stamp = z.object({
  id: text,
  revision: text.nullable(),
  dtype: text,
  family: text,
  layers: layerIndex,
  width: layerIndex,
});
/** AUC and its kin may be NaN where nothing was held out, and d infinite where sides do not spread; zod's number refuses both. */
const figure = z.union([finite, z.nan()]);
const effectSize = z.union([figure, z.literal([Infinity, -Infinity])]);
const layerDirection = z.object({
  layer: layerIndex,
  vector,
  scale: finite,
  residualNorm: finite,
  separation: z.object({ auc: figure, accuracy: figure, effectSize }).nullable(),
  means: z.object({ positive: finite, negative: finite }).exactOptional(),
  transport: z.object({ scale: vector, shift: vector }).exactOptional(),
  positions: z.array(z.object({ vector, scale: finite })).exactOptional(),
});
const fittedDirection = z.object({
  model: stamp,
  hook: z.enum(hookNames),
  source: z.object({
    method: text,
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    texts: contrastTexts.nullable(),
  }),
  notes: z.array(text).exactOptional(),
  layers: z.array(layerDirection),
});
const count = z.int().min(0);
const window = z.object({ kind: z.literal('window'), from: count, to: count });
const first = z.object({ kind: z.literal('first'), count });
const last = z.object({ kind: z.literal('last'), count });
const options = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const scope = z.object({
  prompt: z.boolean(),
  generated: z.boolean(),
  promptRange: z.union([first, last, window]).exactOptional(),
  generatedRange: z.union([first, window]).exactOptional(),
  curve: z.array(z.object({ at: count, factor: finite })).exactOptional(),
});
const condition = z.object({
  directionId: text,
  layer: layerIndex,
  figure: z.enum(['projection', 'alignment']),
  side: z.enum(['above', 'below']),
  threshold: finite,
});
const fit = z.object({ version: text, direction: fittedDirection });
const entry = z.object({
  id: text,
  name: text,
  opposite: text,
  colour: z.int().min(0),
  texts: contrastTexts.nullable(),
  method: text,
  methodOptions: options.default({}),
  expression: text.nullable().default(null),
  hook: z.enum(hookNames).default('resid_post'),
  fits: z.array(fit),
  enabled: z.boolean(),
  operator: z.enum(operatorNames),
  strength: finite,
  operatorOptions: options.default({}),
  secondId: text.nullable().default(null),
  scope,
  condition: condition.nullable().default(null),
  layers: z.tuple([layerIndex, layerIndex]).nullable(),
  layerFactors: z.array(finite).nullable().default(null),
});
const sampling = z.object({
  temperature: finite.min(0),
  topK: z.int().min(0),
  topP: finite.min(0).max(1),
  repetitionPenalty: finite.positive(),
  seed: z.int(),
  maxNewTokens: z.int().min(1),
});
const message = z.object({ role: z.enum(['system', 'user', 'assistant']), content: text });
const chat = z.object({
  system: text,
  turns: z.array(message),
  message: text,
  sent: z.object({ messages: z.array(message) }).nullable(),
});
const template = z.object({
  sentence: text,
  values: z.record(z.string(), text),
  contrast: text,
  positive: text,
  negative: text,
});
const draft = z.object({
  directionId: text.nullable(),
  name: text,
  opposite: text,
  kind: z.enum(contrastKinds),
  positive: text,
  negative: text,
  questions: text.default(''),
  read: readToken.default({ kind: 'last' }),
  template: template.default(structuredClone(emptyDraft.template) as z.infer<typeof template>),
  method: text,
  methodOptions: options.default({}),
  hook: z.enum(hookNames).default('resid_post'),
});

const sweepSpec = z.object({
  directionIds: z.array(text),
  strengthKind: z.enum(['even', 'list']),
  from: finite.nullable(),
  to: finite.nullable(),
  count: z.int().min(1),
  strengths: text,
  layers: text.nullable(),
  ownPrompt: z.boolean(),
  prompts: text.nullable(),
  seeds: z.int().min(1),
  tokens: z.int().min(1),
  effect: z.enum(effectNames).nullable(),
  effectLayer: layerIndex.nullable(),
  words: text,
  away: text,
  inWords: z.boolean(),
  instruction: text.nullable(),
  examples: text.nullable(),
  random: z.boolean(),
});
const lens = z.object({ shows: z.enum(['baseline', 'steered', 'difference']), threshold: finite.positive() });
const scan = z.object({
  text,
  byLine: z.boolean(),
  directionId: text.nullable(),
  quantity: z.enum(scanQuantities),
  layer: layerIndex.nullable(),
});
const ofText = z.object({ strained: finite, broken: finite });
const limits = z.object({ meanKl: ofText, perplexityRatio: ofText, distinct2: ofText, normFactor: ofText });
/** KL may be infinite where a plan excludes what the model allows. */
const cost = z.union([figure, z.literal(Infinity)]);
const calibrated = z.object({
  key: text,
  budget: finite,
  points: z.array(z.object({ strength: finite, kl: z.array(cost) })),
  texts: count,
  tokens: count,
});

const find = z.object({
  way: z.enum(findWays),
  directionId: text.nullable(),
  toward: text,
  away: text,
  name: text,
  positive: text,
  negative: text,
  loss: z.enum(findLosses),
});

export const snapshotSchema = z.object({
  version: z.literal(snapshotVersion),
  prompt: z.object({
    prompt: text,
    sampling,
    view: z.enum(['chat', 'text']).default('chat'),
    chat: chat.default(structuredClone(freshChat) as z.infer<typeof chat>),
    showTemplate: z.boolean().default(false),
  }),
  directions: z.object({ entries: z.array(entry), selectedId: text.nullable(), steerSpecialTokens: z.boolean() }),
  editor: z.object({
    open: z.boolean(),
    draft,
    before: z.object({ draft, why: text }).nullable().default(null),
  }),
  view: z.object({
    plotTab: z.enum(['alignment', 'projection']),
    plotRow: z.enum(['baseline', 'steered']),
    layer: layerIndex.nullable(),
    labTab: text.default('plane'),
    measureTab: text.default('find'),
    plane: z
      .object({ axes: z.enum(axesKinds), layer: layerIndex.nullable(), otherId: text.nullable() })
      .default(firstPlane),
    tourOffered: z.boolean().default(false),
    lens: lens.default(firstLens),
    scan: scan.default(firstScan),
  }),
  find: find.default(freshFind),
  session: z.object({
    deviceChoice: z.enum(['auto', 'wasm', 'webgpu']),
    bundledId: text,
    folder: text.nullable(),
    hub: z.object({ id: text, revision: text, host: text, dtype: text }).nullable().default(null),
    hubHost: text.default(defaultHub),
  }),
  sweep: sweepSpec.default(structuredClone(firstSpec) as z.infer<typeof sweepSpec>),
  limits: limits.default(structuredClone(thresholds) as z.infer<typeof limits>),
  calibration: z.object({ done: z.record(text, calibrated) }).default({ done: {} }),
});

/** Parts that are kept or dropped by themselves when others are damaged. */
export { entry as entrySchema, fit as fitSchema };

export type Snapshot = z.infer<typeof snapshotSchema>;

/** The stores as they are now. */
export function takeSnapshot(): Snapshot {
  return snapshotAt('getState');
}

/** The stores as they are on a first visit. */
export function freshSnapshot(): Snapshot {
  return snapshotAt('getInitialState');
}

function snapshotAt(time: 'getState' | 'getInitialState'): Snapshot {
  const { prompt, sampling: samplingNow, view, chat: chatNow, showTemplate } = usePrompt[time]();
  const { entries, selectedId, steerSpecialTokens } = useDirections[time]();
  const { open, draft: draftNow, before } = useEditor[time]();
  const { plotTab, plotRow, layer, labTab, measureTab, plane, tourOffered } = useView[time]();
  const [lensNow, scanNow] = [useLens[time](), useScan[time]()];
  const { deviceChoice, bundledId, folder, hub, hubHost } = useSession[time]();
  const { done } = useCalibration[time]();
  const plain = {
    version: snapshotVersion,
    prompt: { prompt, sampling: samplingNow, view, chat: chatNow, showTemplate },
    directions: { entries, selectedId, steerSpecialTokens },
    editor: { open, draft: draftNow, before },
    view: { plotTab, plotRow, layer, labTab, measureTab, plane, tourOffered, lens: lensNow, scan: scanNow },
    find: useFind[time]().spec,
    session: { deviceChoice, bundledId, folder, hub, hubHost },
    sweep: useSweep[time]().spec,
    limits: useLimits[time]().limits,
    calibration: { done },
  };
  return plain as unknown as Snapshot; // readonly in the stores, mutable in zod's types
}

/** Puts a snapshot into the stores, all but what it says of the model. */
export function applyBoard(snapshot: Snapshot): void {
  usePrompt.setState(snapshot.prompt);
  useDirections.setState(snapshot.directions);
  useEditor.setState(snapshot.editor);
  const { lens: lensThen, scan: scanThen, ...view } = snapshot.view;
  useView.setState(view);
  useLens.setState(lensThen);
  useScan.setState(scanThen);
  useSweep.setState({ spec: snapshot.sweep });
  useFind.setState({ spec: snapshot.find });
  useLimits.setState({ limits: snapshot.limits });
  useCalibration.setState(snapshot.calibration);
}

/** Puts a snapshot into the stores. The folder a model came from cannot be opened again without the user. */
export function applySnapshot(snapshot: Snapshot): void {
  applyBoard(snapshot);
  const { deviceChoice, bundledId, hub, hubHost } = snapshot.session;
  useSession.setState({ deviceChoice, bundledId, hub, hubHost });
}

/** Null when it is not a snapshot of this version with sound values. */
export function parseSnapshot(value: unknown): Snapshot | null {
  const result = snapshotSchema.safeParse(value);
  return result.success ? result.data : null;
}
