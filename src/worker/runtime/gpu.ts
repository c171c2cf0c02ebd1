/** The few parts of WebGPU that are used here; TypeScript's worker library does not have them yet. */
export interface GpuAdapter {
  readonly info?: { readonly vendor?: string; readonly architecture?: string; readonly description?: string };
  readonly features: ReadonlySet<string>;
}
export interface GpuDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  readonly queue: {
    submit(commands: readonly unknown[]): void;
    writeBuffer(buffer: GpuBuffer, offset: number, data: ArrayBufferView): void;
  };
  createBuffer(descriptor: { readonly size: number; readonly usage: number }): GpuBuffer;
  createCommandEncoder(): {
    copyBufferToBuffer(from: GpuBuffer, fromByte: number, to: GpuBuffer, toByte: number, bytes: number): void;
    finish(): unknown;
  };
  destroy(): void;
}
export interface GpuBuffer {
  readonly size: number;
  mapAsync(mode: number, offset: number, size: number): Promise<void>;
  getMappedRange(offset: number, size: number): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}
interface Gpu {
  requestAdapter(): Promise<GpuAdapter | null>;
}

export type AdapterAnswer =
  { readonly adapter: GpuAdapter; readonly missing: null } | { readonly adapter: null; readonly missing: string };

/** Asks the browser for a WebGPU adapter; says for people why there is none. */
export async function requestAdapter(): Promise<AdapterAnswer> {
  const gpu = (navigator as typeof navigator & { readonly gpu?: Gpu }).gpu;
  if (!gpu) return { adapter: null, missing: 'this browser has no WebGPU' };
  try {
    const adapter = await gpu.requestAdapter();
    return adapter ? { adapter, missing: null } : { adapter: null, missing: 'the browser offers no graphics adapter' };
  } catch (error) {
    return { adapter: null, missing: error instanceof Error ? error.message : String(error) };
  }
}

export function adapterName(adapter: GpuAdapter): string {
  const { vendor, architecture, description } = adapter.info ?? {};
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
}
