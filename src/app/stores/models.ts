import { create } from 'zustand';
import type { ErrorData } from '../../core/errors.js';
import type { DeviceChoice, ModelOffer, Progress, StoredModel } from '../../protocol/api.js';

/** Which model, without the files of a folder, which only the browser can hold. */
export type ModelName =
  | { readonly kind: 'bundled'; readonly id: string }
  | { readonly kind: 'hub'; readonly id: string; readonly revision: string; readonly host: string }
  | { readonly kind: 'folder'; readonly name: string };

/** What was done at a time, milliseconds of the page's clock. */
export interface Sample {
  readonly time: number;
  readonly done: number;
}

/** A model that is being opened beside the one that is used. */
export interface Opening {
  readonly task: string;
  readonly model: ModelName;
  readonly device: DeviceChoice;
  readonly dtype: string | null;
  readonly progress: Progress | null;
  /** The last seconds of a download, by path; all files together under the empty path. */
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
  /** Whether it was asked to end; it does so at its next step. */
  readonly cancelling: boolean;
}

/** How the last opening ended without a model. */
export interface Unopened {
  readonly model: ModelName;
  readonly device: DeviceChoice;
  readonly dtype: string | null;
  /** Bytes that arrived and are kept, when it was a download. */
  readonly kept: { readonly done: number; readonly total: number } | null;
  readonly error: ErrorData;
}

export type ModelsPage = 'choose' | 'stored' | 'found';

/** What the browser says of its storage, bytes; null where it does not. */
export interface StorageSpace {
  readonly used: number | null;
  readonly allowed: number | null;
  /** Whether the browser promised not to clear it by itself. */
  readonly persisted: boolean;
}

export interface Models {
  readonly open: boolean;
  readonly page: ModelsPage;
  /** What is written in the field for a Hub model. */
  readonly wanted: string;
  /** Sent to the hub's host only. Nowhere saved. */
  readonly token: string;
  /** The model that was looked up last, until the user goes back to the list. */
  readonly lookedUp: Exclude<ModelName, { readonly kind: 'folder' }> | null;
  /** The task that looks it up. */
  readonly inspecting: string | null;
  readonly offer: ModelOffer | null;
  /** What the user chose on the offer; null for what suits. */
  readonly device: DeviceChoice;
  readonly dtype: string | null;
  /** Why there is no offer. */
  readonly error: ErrorData | null;
  readonly opening: Opening | null;
  readonly unopened: Unopened | null;
  readonly stored: readonly StoredModel[] | null;
  readonly space: StorageSpace | null;
}

export const useModels = create<Models>()(() => ({
  open: false,
  page: 'choose',
  wanted: '',
  token: '',
  lookedUp: null,
  inspecting: null,
  offer: null,
  device: 'auto',
  dtype: null,
  error: null,
  opening: null,
  unopened: null,
  stored: null,
  space: null,
}));

export function openModels(page: ModelsPage): void {
  useModels.setState({ open: true, page });
}

export function closeModels(): void {
  useModels.setState({ open: false });
}

/** Back to the list. */
export function dropOffer(): void {
  useModels.setState({ lookedUp: null, offer: null, error: null, inspecting: null, dtype: null });
}

export function startOpening(opening: Pick<Opening, 'task' | 'model' | 'device' | 'dtype'>): void {
  useModels.setState({
    opening: { ...opening, progress: null, samples: {}, cancelling: false },
    unopened: null,
  });
}

/** Milliseconds over which a speed is taken. */
export const speedWindow = 5000;

/** With one more sample, and without those that are no longer needed to know the speed. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const begin = sample.time - speedWindow;
  const first = samples.findLastIndex(({ time }) => time <= begin);
  return [...samples.slice(Math.max(0, first)), sample];
}

export function reportOpening(task: string, progress: Progress, time: number): void {
  useModels.setState(({ opening }) => {
    if (opening?.task !== task) return {};
    const samples: Record<string, readonly Sample[]> = {};
    if (progress.files) {
      samples[''] = withSample(opening.samples[''] ?? [], { time, done: progress.done });
      for (const { path, done } of progress.files)
        samples[path] = withSample(opening.samples[path] ?? [], { time, done });
    }
    return { opening: { ...opening, progress, samples } };
  });
}

/** @param error why there is no model; null when there is one. */
export function endOpening(task: string, error: ErrorData | null): void {
  useModels.setState(({ opening }) => {
    if (opening?.task !== task) return {};
    const { model, device, dtype, progress } = opening;
    const kept = progress?.files ? { done: progress.done, total: progress.total } : null;
    return { opening: null, unopened: error && { model, device, dtype, kept, error } };
  });
}

/** What people call it. */
export function nameOf(model: ModelName): string {
  return model.kind === 'folder' ? model.name : model.id;
}

/** Whether two are the same model; a hub's also at the same revision. */
export function sameModel(one: ModelName | null, other: ModelName | null): boolean {
  if (one?.kind === 'hub' && other?.kind === 'hub')
    return one.id === other.id && one.revision === other.revision && one.host === other.host;
  return one !== null && other !== null && one.kind === other.kind && nameOf(one) === nameOf(other);
}
