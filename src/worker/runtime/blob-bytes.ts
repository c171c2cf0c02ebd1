const pieceBytes = 2 ** 24;

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
    const bytes = new Uint8Array(end - begin);
    this.last = bytes.buffer;
    // A browser holds what it reads twice until it hands it over.
    for (let at = begin; at < end; at += pieceBytes) {
      const piece = this.reader.readAsArrayBuffer(this.blob.slice(at, Math.min(end, at + pieceBytes)));
      bytes.set(new Uint8Array(piece), at - begin);
      giveBack(piece);
    }
    return bytes;
  }

  /** Gives back what was read last, without waiting for the garbage collector. */
  free(): void {
    if (this.last) giveBack(this.last);
    this.last = null;
  }
}

function giveBack(buffer: ArrayBuffer): void {
  if ('transfer' in buffer) buffer.transfer(0);
}
