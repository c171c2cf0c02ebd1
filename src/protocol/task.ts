/** What long calls have in common: they are named, so that they can be cancelled, and they say how far they are. */

export type TaskId = string;

/** What a long task says while it runs. */
export interface Progress {
  /** What is being done, for people: "Reading model.onnx". */
  readonly label: string;
  readonly done: number;
  /** 0 when unknown. */
  readonly total: number;
  /** While files are downloaded: each of them. Then `done` and `total` are bytes of all together. */
  readonly files?: readonly FileProgress[];
}
export interface FileProgress {
  readonly path: string;
  readonly done: number;
  readonly total: number;
  /** Bytes that were here already when this download began. */
  readonly kept: number;
}
