/** A stand-in for the worker while the page is developed: plausible data, no model. Never part of the site. */
import { SteerboardError } from '../../../src/core/errors.js';
import type { Prompt } from '../../../src/core/chat/prompt.js';
import { emptyGrid, fillCell } from '../../../src/core/lens/predictions.js';
import type { ModelStamp } from '../../../src/core/model.js';
import type { FittedDirection } from '../../../src/core/directions/direction.js';
import type { GenerateEvent, LoadedModel, Readout, TextPreview, WorkerApi } from '../../../src/protocol/api.js';
import { serve } from '../../../src/protocol/port.js';
import { sweepMadeUp } from './sweep.js';
import { download, offerOf, removeStoredModel, storedModels } from './hub.js';

/** Everything that is said, for a prompt or a conversation. */
function textOf(prompt: Prompt): string {
  return typeof prompt === 'string' ? prompt : prompt.messages.map((message) => message.content).join(' ');
}

const layers = 8;
const width = 32;
const story = {
  baseline:
    ' She saw a big dog. The dog was very sad. It had no one to play with. Lily sat down on the grass and looked at the sky.\n\nThen <b>she</b> went home.',
  steered:
    ' She saw a big dog. The dog was so happy! It ran and jumped and licked her face. Lily laughed and laughed. It was the best day.\n\nThey played.',
};
const cancelled = new Set<string>();
const texts = new Map<string, { readonly pieces: readonly string[]; readonly promptLength: number }>();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const split = (text: string): string[] => text.match(/ ?[\p{L}\d’']+|\s*\n|[^\s\p{L}]|\s+/gu) ?? [];
let stamp: ModelStamp = { id: 'tales', revision: null, dtype: 'fp32', family: 'llama', layers, width };

function hash(text: string): number {
  let value = 7;
  for (const sign of text) value = (value * 31 + sign.codePointAt(0)!) % 9973;
  return value / 9973;
}

function mood(piece: string): number {
  const word = piece.trim();
  if (['happy', 'laughed', 'best', 'jumped', '!', 'played'].includes(word)) return 0.85;
  if (['sad', 'no', 'very'].includes(word)) return -0.8;
  return hash(word) * 0.3 - 0.12;
}

function readout(piece: string, probes: number): Readout {
  const norms = Float32Array.from({ length: layers }, (_, layer) => 4 + layer * 2);
  const projections = new Float32Array(probes * layers);
  for (let probe = 0; probe < probes; probe++)
    for (let layer = 0; layer < layers; layer++)
      projections[probe * layers + layer] =
        mood(piece) * (probe ? -0.5 : 1) * Math.sqrt((layer + 1) / layers) * norms[layer]!;
  return { norms, projections };
}

const api: WorkerApi = {
  environment: () =>
    Promise.resolve({
      crossOriginIsolated: true,
      threads: 2,
      webgpuMissing: 'This browser has no WebGPU adapter.',
      adapter: null,
    }),
  listen: () => Promise.resolve(),
  async loadModel(request, onProgress): Promise<LoadedModel> {
    const { source } = request;
    const hub = source.kind === 'hub' ? source : null;
    const dtype = request.dtype ?? (hub ? 'q8' : 'fp32');
    if (hub) await download(hub, dtype, () => cancelled.has(request.task), onProgress);
    for (let done = 0; done <= 10; done++) {
      onProgress({ label: 'Reading model.onnx', done, total: 10 });
      await pause(60);
    }
    if (request.source.kind === 'folder')
      throw new SteerboardError(
        'file-not-onnx',
        'model.onnx is not an ONNX model, or it is cut off. Download it again.',
      );
    if (hub?.id.includes('360M'))
      throw new SteerboardError(
        'out-of-memory',
        'There is not enough memory for these weights. Choose smaller ones, or close other tabs.',
      );
    if (hub) stamp = { ...stamp, id: hub.id, revision: hub.revision, dtype };
    return {
      stamp,
      shape: { layers, width, vocabulary: 4096, context: 512 },
      device: 'wasm',
      threads: 1,
      deviceReason: 'WASM, because this browser has no WebGPU adapter.',
      msPerToken: { wasm: 4.7 },
      hooks: {
        layers,
        width,
        vocabulary: 4096,
        fused: false,
        hooks: ['resid_pre', 'resid_mid', 'resid_post', 'attn_out', 'mlp_out'],
        blocks: 'sequential',
        compiled: { resid_post: 'affine' },
        attention: { fused: false, paddable: true, afterCache: 'any' },
        changes: [],
        residualTensors: Array.from({ length: layers }, (_, layer) => `/model/layers.${layer}/Add_1_output_0`),
        cache: { entries: [] },
        inputs: { attentionMask: true, positionIds: true },
      },
      report: { bytes: 14_000_000, graphBytes: 79_000, milliseconds: { files: 80, surgery: 26, session: 140 } },
      chat: hub !== null,
      checks: [
        {
          name: 'zero-plan',
          outcome: 'passed',
          difference: 1.2e-7,
          tolerance: 1e-5,
          message: 'The hooked graph under an empty plan gives the logits of the graph as it is in the file.',
        },
        hub?.id.includes('gpt2')
          ? {
              name: 'devices',
              outcome: 'failed',
              difference: 0.31,
              tolerance: 0.02,
              message:
                'WebGPU and WASM differ by 0.31 of the largest logit, more than q4f16 explains (0.02). Choose WASM or other weights.',
            }
          : {
              name: 'devices',
              outcome: 'skipped',
              difference: null,
              tolerance: 0.02,
              message: 'There is only one device here.',
            },
        {
          name: 'attention',
          outcome: 'avoided',
          difference: 0.19,
          tolerance: 1e-3,
          message:
            'This adapter’s attention is wrong for long prompts; they are read in pieces of 24 tokens, which is slower and right.',
        },
      ],
    };
  },
  sweep: (request, onEvent) => sweepMadeUp(request, onEvent, (task) => cancelled.has(task)),
  async logitLens({ textId, from, to, candidates }, onProgress) {
    for (let done = 0; done <= 8; done++) {
      onProgress({ label: 'Looking through the lens', done, total: 8 });
      await pause(40);
    }
    const all = texts.get(textId)?.pieces ?? [];
    const shown = all.slice(from, to);
    const grid = emptyGrid(layers, shown.length, candidates);
    const logits = (layer: number, position: number, strength: number): Float32Array =>
      Float32Array.from({ length: 64 }, (_, id) =>
        id === (position * 7) % 64 ? layer - strength : 2 * hash(`${id} ${layer} ${position}`),
      );
    shown.forEach((_, position) => {
      for (let layer = 0; layer < layers; layer++) {
        const steered = logits(layer, position, layer > 3 ? 2 * hash(`${position}`) : 0);
        fillCell(grid, layer, position, (position * 7) % 64, logits(layer, position, 0), steered);
      }
    });
    const pieces = new Map(Array.from({ length: 64 }, (_, id) => [id, all[id % all.length] ?? '']));
    return { ...grid, from, pieces };
  },
  releaseLens: () => Promise.resolve(),
  async scanText({ texts: sources, probes }, onProgress) {
    await pause(120);
    onProgress({ label: 'Reading the text', done: 1, total: 1 });
    return sources.map((source) => {
      const pieces = 'text' in source ? ['<s>', ...split(source.text)] : [...(texts.get(source.textId)?.pieces ?? [])];
      const readouts = pieces.map((piece) => readout(piece, probes.length));
      return {
        text: { ids: pieces.map((_, id) => id), pieces, special: pieces.map((_, at) => at === 0) },
        norms: Float32Array.from(readouts.flatMap(({ norms }) => [...norms])),
        projections: Float32Array.from(
          probes.flatMap((_, probe) =>
            readouts.flatMap(({ projections }) => [...projections.subarray(probe * layers, (probe + 1) * layers)]),
          ),
        ),
        cut: 0,
        beyond: 0,
      };
    });
  },
  measureCompounding: () => Promise.reject(new SteerboardError('unexpected', 'This stand-in reads nothing twice.')),
  async calibrate({ scale: { min, max, origin } }) {
    await pause(1500);
    const cost = (strength: number) => 2.2 * ((strength - origin) / (max - min)) ** 2 * 16;
    const strengths = [min, (min + origin) / 2, origin, (max + origin) / 2, max];
    const points = strengths.map((strength) => ({ strength, kl: [0.9, 1, 1.1].map((it) => it * cost(strength)) }));
    return { points, texts: 3, tokens: 80, milliseconds: 1500 };
  },
  inspectModel: ({ source, token }) => offerOf(source, token),
  storedModels,
  removeStoredModel,
  tokenize(prompt) {
    const pieces = split(textOf(prompt));
    return Promise.resolve({ ids: pieces.map((_, id) => id), pieces, special: pieces.map(() => false) });
  },
  previewTexts(texts) {
    const preview = (text: string): TextPreview => {
      const pieces = ['<s>', ...split(text)];
      return {
        pieces,
        special: pieces.map((_, at) => at === 0),
        read: text.trim() === '' ? [] : [pieces.length - 1],
        problem: text.trim() === '' ? 'This text is empty. Fill it in or remove it.' : null,
      };
    };
    return Promise.resolve({ positive: texts.positive.map(preview), negative: texts.negative.map(preview) });
  },
  async fitDirection(request, onProgress): Promise<FittedDirection> {
    for (let done = 0; done < 6; done++) {
      onProgress({ label: 'Reading the contrast texts', done, total: 6 });
      await pause(80);
      if (cancelled.has(request.task)) throw new SteerboardError('cancelled', 'Cancelled.');
    }
    if (request.texts && request.texts.positive.join() === request.texts.negative.join())
      throw new SteerboardError(
        'direction-degenerate',
        'The two sides do not differ. Write texts that differ in what you want to steer.',
      );
    const auc = [0.55, 0.68, 0.82, 0.93, 0.97, 0.96, 0.93, 0.9];
    return {
      model: stamp,
      hook: 'resid_post',
      source: { method: request.method, options: {}, texts: request.texts },
      layers: auc.map((value, layer) => ({
        layer,
        vector: Float32Array.from({ length: width }, (_, index) => (index === layer ? 1 : 0)),
        scale: 1 + layer,
        residualNorm: 4 + layer * 2,
        separation: { auc: value, accuracy: value - 0.05, effectSize: (value - 0.5) * 6 },
      })),
    };
  },
  covariance: () => Promise.reject(new SteerboardError('unexpected', 'The fake worker has read nothing.')),
  spread: () => Promise.reject(new SteerboardError('unexpected', 'The fake worker has read nothing.')),
  assessDirection: () => Promise.reject(new SteerboardError('unexpected', 'The fake worker has read nothing.')),
  assessEffect: () => Promise.reject(new SteerboardError('unexpected', 'The fake worker has read nothing.')),
  async planeOf({ texts: contrast, axes }, onProgress) {
    for (let done = 0; done <= 10; done++) {
      onProgress({ label: 'Reading the texts', done, total: 10 });
      await pause(30);
    }
    const points = (side: readonly string[], middle: number): Float32Array =>
      Float32Array.from(side.flatMap((text) => [middle + 8 * hash(text), 10 * hash(`${text}!`) - 5]));
    const axis = (index: number): Float32Array => new Float32Array(width).fill(1, index, index + 1);
    return {
      origin: new Float32Array(width),
      axes: axes.kind === 'directions' ? [axes.first, axes.second] : [axis(0), axis(1)],
      positive: points(contrast?.positive ?? [], 4),
      negative: points(contrast?.negative ?? [], -12),
      shares: contrast && [0.62, 0.17],
      residualNorm: contrast && 14,
    };
  },
  async generate(request, onEvent) {
    const started = performance.now();
    const prompt = ['<s>', ...split(textOf(request.prompt))];
    const emit = (event: GenerateEvent): void => onEvent([event]);
    const bodies = request.rows.map(({ row }) => split(row === 'baseline' ? story.baseline : story.steered));
    const seen = [...prompt];
    for (const { row } of request.rows) {
      emit({
        type: 'prompt',
        row,
        text: {
          ids: prompt.map((piece) => Math.round(hash(piece) * 4096)),
          pieces: prompt,
          special: prompt.map((_, at) => at === 0),
        },
        readouts: seen.map((piece) => readout(piece, request.probes.length)),
      });
    }
    for (let step = 0; step < Math.max(...bodies.map((body) => body.length)); step++) {
      await pause(12);
      if (cancelled.has(request.task)) throw new SteerboardError('cancelled', 'Cancelled.');
      request.rows.forEach(({ row }, index) => {
        const piece = bodies[index]?.[step];
        if (piece === undefined) return;
        const position = prompt.length + step;
        emit({
          type: 'token',
          row,
          position,
          id: Math.round(hash(piece) * 4096),
          piece,
          special: false,
          logProbability: -1,
        });
        emit({ type: 'readout', row, position, readout: readout(piece, request.probes.length) });
      });
    }
    const rows = request.rows.map(({ row }, index) => {
      const textId = crypto.randomUUID();
      texts.set(textId, { pieces: [...prompt, ...(bodies[index] ?? [])], promptLength: prompt.length });
      emit({ type: 'end', row, textId, reason: 'length' });
      return { row, textId, reason: 'length' as const, reused: false };
    });
    return { rows, firstTokenMs: performance.now() - started, msPerToken: 4.7 };
  },
  readText: ({ textId, probes }) =>
    Promise.resolve((texts.get(textId)?.pieces ?? []).map((piece) => readout(piece, probes.length))),
  async compareText({ textId }) {
    await pause(200);
    const text = texts.get(textId)!;
    const zeros = (): Float32Array => new Float32Array(text.pieces.length);
    return {
      candidates: text.pieces.map((piece, position) =>
        position === 0
          ? []
          : [
              { id: Math.round(hash(piece) * 4096), piece, baseline: 0.12, steered: 0.61 },
              { id: 2, piece: ' excited', baseline: 0.05, steered: 0.14 },
              { id: 3, piece: ' sad', baseline: 0.55, steered: 0.01 },
            ],
      ),
      kl: zeros().fill(0.31),
      baselineNll: zeros().fill(1.5),
      steeredNll: zeros().fill(1.1),
      normRatio: new Float32Array(layers).fill(1.12),
      promptLength: text.promptLength,
    };
  },
  nearestWeights({ layer, count }) {
    const cosines = Array.from({ length: count }, (_, rank) => 0.6 / (rank + 1.2));
    const neurons = (part: 'gate' | 'out', sign: number) =>
      cosines.map((cosine, rank) => ({ part, neuron: 17 * rank + 3, cosine: sign * cosine }));
    const tokens = (words: readonly string[], sign: number) =>
      cosines.map((cosine, rank) => {
        const piece = ` ${words[rank % words.length]}`;
        return { id: rank, piece, text: piece, logit: sign * 4 * cosine, cosine: sign * cosine };
      });
    const lists = (block: number, part: 'gate' | 'out') => ({
      block,
      neurons: 480,
      hasGain: part === 'gate',
      top: neurons(part, 1),
      bottom: neurons(part, -1),
    });
    return Promise.resolve({
      reads: layer + 1 < layers ? lists(layer + 1, 'gate') : { missing: 'No MLP reads after the last block.' },
      writes: lists(layer, 'out'),
      tokens: {
        hasGain: true,
        top: tokens(['happy', 'glad', 'smiled', 'laughed'], 1),
        bottom: tokens(['sad', 'cried', 'alone'], -1),
      },
      features: null,
    });
  },
  importDictionary: () =>
    Promise.reject(new SteerboardError('document-invalid', 'The stand-in imports no dictionaries.')),
  dictionaries: () => Promise.resolve([]),
  removeDictionary: () => Promise.resolve(),
  cancel: (task) => {
    cancelled.add(task);
    return Promise.resolve();
  },
  forward: () => Promise.reject(new SteerboardError('unexpected', 'not in the stand-in')),
  checkModel: () => Promise.resolve([]),
  loseDevice: () => Promise.resolve(),
};

serve(api);
