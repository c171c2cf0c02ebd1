import type { GpuBuffer, GpuDevice } from './gpu.js';
import type { Tensor, TensorConstructor } from './ort.js';

/** Bytes to copy from one tensor to another; offsets and sizes are multiples of 4. */
export interface GpuCopy {
  readonly from: Tensor;
  readonly fromByte: number;
  readonly to: Tensor;
  readonly toByte: number;
  readonly bytes: number;
}

const usage = { mapRead: 1, copySource: 4, copyTarget: 8, storage: 128 };

/**
 * Memory of the GPU that onnxruntime computes on: tensors that stay there, copies that never leave it, and one readback for
 * all that a step wants to know. Work is done in the order it is asked for here and of runs, which share the queue.
 */
export class GpuMemory {
  /** Kept between steps, which read the same sizes. */
  private staging: GpuBuffer | null = null;
  private dropped: Tensor[] = [];

  constructor(
    private readonly device: GpuDevice,
    private readonly Tensor: TensorConstructor,
    /** Keeps a readback apart from runs, and ends it when the device is lost. */
    private readonly exclusive: <Result>(job: () => Promise<Result>) => Promise<Result>,
  ) {}

  /** A tensor of zeros. Its `dispose` gives the memory back at once. */
  allocate(type: 'float32' | 'float16', dims: readonly number[]): Tensor {
    const bytes = dims.reduce((product, size) => product * size, type === 'float16' ? 2 : 4);
    const buffer = this.device.createBuffer({
      size: Math.max(16, Math.ceil(bytes / 16) * 16),
      usage: usage.storage | usage.copySource | usage.copyTarget,
    });
    // Its type of a buffer is the browser's, which TypeScript's worker library does not have.
    return this.Tensor.fromGpuBuffer(buffer as never, { dataType: type, dims, dispose: () => buffer.destroy() });
  }

  /** A copy on the GPU of a float32 tensor on the CPU. */
  upload(tensor: Tensor): Tensor {
    const copy = this.allocate('float32', tensor.dims);
    this.device.queue.writeBuffer(bufferOf(copy), 0, tensor.data as Float32Array);
    return copy;
  }

  copy(copies: readonly GpuCopy[]): void {
    const encoder = this.device.createCommandEncoder();
    for (const { from, fromByte, to, toByte, bytes } of copies) {
      encoder.copyBufferToBuffer(bufferOf(from), fromByte, bufferOf(to), toByte, bytes);
    }
    this.device.queue.submit([encoder.finish()]);
  }

  /** The bytes of several tensors: one copy, one wait. The tensors stay. */
  read(tensors: readonly Tensor[]): Promise<readonly ArrayBuffer[]> {
    // Rounding up stays within a buffer, as all are multiples of 16 bytes.
    const sizes = tensors.map((tensor) => Math.ceil((tensor.size * (tensor.type === 'float16' ? 2 : 4)) / 4) * 4);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    return this.exclusive(async () => {
      const staging = this.stagingOf(total);
      const encoder = this.device.createCommandEncoder();
      let at = 0;
      for (const [index, tensor] of tensors.entries()) {
        encoder.copyBufferToBuffer(bufferOf(tensor), 0, staging, at, sizes[index]!);
        at += sizes[index]!;
      }
      this.device.queue.submit([encoder.finish()]);
      await staging.mapAsync(usage.mapRead, 0, total);
      const mapped = staging.getMappedRange(0, total);
      at = 0;
      const parts = sizes.map((size) => mapped.slice(at, (at += size)));
      staging.unmap();
      return parts;
    });
  }

  /** Marks tensors that are not needed any more once what is under way is done: {@link sweep} frees them. */
  drop(tensors: readonly Tensor[]): void {
    this.dropped.push(...tensors);
  }

  sweep(): void {
    for (const tensor of this.dropped.splice(0)) tensor.dispose();
  }

  private stagingOf(bytes: number): GpuBuffer {
    if (this.staging && this.staging.size >= bytes && this.staging.size <= 8 * bytes) return this.staging;
    this.staging?.destroy();
    this.staging = this.device.createBuffer({ size: bytes, usage: usage.mapRead | usage.copyTarget });
    return this.staging;
  }
}

function bufferOf(tensor: Tensor): GpuBuffer {
  return tensor.gpuBuffer as unknown as GpuBuffer;
}
