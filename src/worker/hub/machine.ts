import type { Machine } from '../../core/hub/verdict.js';
import { requestAdapter } from '../runtime/gpu.js';

/** What this browser offers to models. */
export async function describeMachine(): Promise<Machine> {
  const { adapter, missing } = await requestAdapter();
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  const info = adapter?.info as { readonly isFallbackAdapter?: boolean; readonly architecture?: string } | undefined;
  return {
    webgpuMissing: missing,
    halfFloats: adapter?.features.has('shader-f16') ?? false,
    software: info?.isFallbackAdapter === true || info?.architecture === 'swiftshader',
    memory: typeof deviceMemory === 'number' ? deviceMemory * 2 ** 30 : null,
  };
}

/** Bytes that this browser still lets the page store; null when it does not say. */
export async function storageFree(): Promise<number | null> {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined ? null : Math.max(0, quota - (usage ?? 0));
  } catch {
    return null;
  }
}
