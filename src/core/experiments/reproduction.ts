/** Whether texts came out the same again, and what could be the reason where they did not. */
import type { Circumstances, KeptText } from './outcome.js';

const deviceNames = { wasm: 'WASM', webgpu: 'WebGPU' } as const;

/** Where a text parts from the kept one. */
export interface Parting {
  /** Counted from the first generated token, from 0; −1 where the prompt’s tokens are others. */
  readonly token: number;
  /** What stands there; null where the text had ended. */
  readonly kept: string | null;
  readonly here: string | null;
}

/** @returns null when they are the same, token for token */
export function partingOf(kept: KeptText, here: KeptText): Parting | null {
  const longest = Math.max(kept.ids.length, here.ids.length);
  for (let at = 0; at < longest; at++) {
    if (kept.ids[at] === here.ids[at]) continue;
    const token = at < kept.promptLength || at < here.promptLength ? -1 : at - kept.promptLength;
    return { token, kept: kept.pieces[at] ?? null, here: here.pieces[at] ?? null };
  }
  return kept.promptLength === here.promptLength ? null : { token: -1, kept: null, here: null };
}

/** What is other here than where an experiment was made, a clause each; none when a text should come out the same. */
export function differencesOf(made: Circumstances, here: Circumstances): readonly string[] {
  const { model, device, place } = made;
  const differences: string[] = [];
  if (model.id !== here.model.id) differences.push(`the model was ${model.id}, here it is ${here.model.id}`);
  else if (model.revision !== here.model.revision)
    differences.push(`the revision was ${revisionOf(model.revision)}, here it is ${revisionOf(here.model.revision)}`);
  if (model.layers !== here.model.layers || model.width !== here.model.width)
    differences.push(
      `it had ${model.layers} layers of width ${model.width}, here ${here.model.layers} of ${here.model.width}`,
    );
  if (model.dtype !== here.model.dtype) differences.push(`its weights were ${model.dtype}, here ${here.model.dtype}`);
  if (device !== here.device) differences.push(`it ran on ${deviceNames[device]}, here on ${deviceNames[here.device]}`);
  if (place.kind === 'hub' && here.place.kind === 'hub' && place.host !== here.place.host && model.id === here.model.id)
    differences.push(`it came from ${place.host}, here from ${here.place.host}`);
  return differences;
}

function revisionOf(revision: string | null): string {
  return revision === null ? 'not known' : revision.slice(0, 7);
}
