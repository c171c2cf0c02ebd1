import { SteerboardError } from '../../core/errors.js';
import { cutHead, headPorts, residualPort } from '../../core/onnx/cutHead.js';
import { floats } from '../generation/decoder.js';
import { graphName } from '../model/open-decoder.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Session, TensorConstructor } from '../runtime/ort.js';

/** The head is there twice while the lens is open, and large ones would crowd out the model. */
export const largestHead = 7e8;

/** A model's final norm and head as a session of its own, on the model's device. */
export class LensHead {
  private constructor(
    private readonly session: Session,
    private readonly Tensor: TensorConstructor,
    private readonly width: number,
    readonly vocabulary: number,
  ) {}

  /**
   * @param largest bytes of weights that are opened beside the model
   * @throws `out-of-memory` above that, `model-not-decoder` when the head cannot be taken alone, `file-unreadable` when the
   *   model's files are not here any more
   */
  static async open(model: SteeredModel, largest: number = largestHead): Promise<LensHead> {
    const { runtime, shape, stamp } = model;
    const { bytes, others } = await model.readGraph();
    const head = cutHead(bytes, graphName, shape.layers);
    if (head.bytes > largest) throw tooLarge(stamp.id, head.bytes, largest);
    const beside = others.filter(({ path }) => head.filesBeside.has(path));
    const externalData = [{ path: graphName, data: bytes }, ...beside];
    const session = await runtime.createSession({ graph: head.graph, externalData }, false);
    return new LensHead(session, runtime.Tensor, head.width, head.vocabulary);
  }

  /** @param residuals [P, d] @returns logits [P, V] */
  async logits(residuals: Float32Array): Promise<Float32Array> {
    const { Tensor, width } = this;
    const count = residuals.length / width;
    const positions = BigInt64Array.from({ length: count }, (_, position) => BigInt(position));
    const outputs = await this.session.run(
      {
        [residualPort]: new Tensor('float32', residuals, [1, count, width]),
        [headPorts.positions]: new Tensor('int64', positions, [count]),
      },
      [headPorts.logits],
    );
    return floats(outputs[headPorts.logits]!);
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

function tooLarge(name: string, bytes: number, largest: number): SteerboardError {
  const megabytes = (size: number) => Math.round(size / 1e6);
  return new SteerboardError(
    'out-of-memory',
    `The head of ${name} takes ${megabytes(bytes)} MB, and the logit lens needs it a second time; up to ${megabytes(largest)} MB are opened. Open the model in a smaller dtype under Models to look through the lens.`,
    { bytes, largest },
  );
}
