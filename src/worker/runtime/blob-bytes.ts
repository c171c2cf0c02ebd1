/**
 * Bytes that stay on disk until they are asked for. onnxruntime's WASM takes weights from a `Uint8Array` with `subarray`,
 * one tensor after the other, and copies each into its own heap: given this in place of an array, a model's weights are
 * in memory once and never twice. Reading is synchronous, as that code is; so this works in workers only.
 */
export class BlobBytes extends Uint8Array<ArrayBuffer> {
  /** What the last `subarray` gave; whoever asked has copied it by the time that the next is asked for. */
  private last: ArrayBuffer | null = null;

  constructor(
    private readonly blob: Blob,
    private readonly reader = new FileReaderSync(),
  ) {
    super(new ArrayBuffer(0));
  }

  override get byteLength(): number {
    return this.blob.size;
  }

  /** Valid until the next call. */
  override subarray(begin = 0, end = this.blob.size): Uint8Array<ArrayBuffer> {
    this.free();
    this.last = this.reader.readAsArrayBuffer(this.blob.slice(begin, end));
    return new Uint8Array(this.last);
  }

  /** Gives back what was read last, without waiting for the garbage collector. */
  free(): void {
    if (this.last && 'transfer' in this.last) this.last.transfer(0);
    this.last = null;
  }
}
