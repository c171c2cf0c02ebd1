/** A thin writer of ONNX graphs on top of the generated schema: nodes are named after their place, outputs after the node. */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
} from 'onnx-buf';

/** @typedef {number | number[]} AttributeValue integers only; this writer needs no other kind */

const opset = 18n;

export class OnnxGraph {
  #nodes = [];
  #initializers = new Map();
  #inputs = [];
  #outputs = [];

  /** @param {string} name @param {number[]} dims @param {Float32Array} values @returns {string} the name */
  weight(name, dims, values) {
    return this.#initializer(
      name,
      DataType.FLOAT,
      dims,
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
  }

  /** A matrix [out, in] stored as MatMul reads it, [in, out]. @param {string} name @param {number} out @param {number} inward @param {Float32Array} values */
  transposedWeight(name, out, inward, values) {
    const transposed = new Float32Array(values.length);
    for (let row = 0; row < out; row++)
      for (let column = 0; column < inward; column++) transposed[column * out + row] = values[row * inward + column];
    return this.weight(name, [inward, out], transposed);
  }

  /** @param {number | number[]} values */
  int64(values) {
    const data = BigInt64Array.from([values].flat(), BigInt);
    const dims = Array.isArray(values) ? [values.length] : [];
    return this.#initializer(
      `/constants/int64/${JSON.stringify(values)}`,
      DataType.INT64,
      dims,
      new Uint8Array(data.buffer),
    );
  }

  /** @param {number} value */
  float(value) {
    return this.#initializer(
      `/constants/float/${value}`,
      DataType.FLOAT,
      [],
      new Uint8Array(Float32Array.of(value).buffer),
    );
  }

  /** @param {string} name @param {number} type @param {string} kind @param {(string | number)[]} dims */
  #initializer(name, type, dims, bytes) {
    if (!this.#initializers.has(name))
      this.#initializers.set(name, { name, dataType: type, dims: dims.map(BigInt), rawData: bytes });
    return name;
  }

  /** @param {string} name @param {number} type @param {(string | number)[]} dims */
  input(name, type, dims) {
    this.#inputs.push(valueInfo(name, type, dims));
  }

  /** @param {string} name @param {number} type @param {(string | number)[]} dims */
  output(name, type, dims) {
    this.#outputs.push(valueInfo(name, type, dims));
  }

  /**
   * @param {string} opType @param {string} name @param {string[]} inputs
   * @param {Record<string, AttributeValue>} [attributes] @param {string} [output]
   * @returns {string} the output's name
   */
  add(opType, name, inputs, attributes = {}, output = `${name}/output_0`) {
    const attribute = Object.entries(attributes).map(([key, value]) =>
      Array.isArray(value)
        ? { name: key, type: AttributeType.INTS, ints: value.map(BigInt) }
        : { name: key, type: AttributeType.INT, i: BigInt(value) },
    );
    this.#nodes.push({ opType, name, input: inputs, output: [output], attribute });
    return output;
  }

  /** @param {string} producerName @returns {Uint8Array} */
  encode(producerName) {
    const graph = {
      name: 'main_graph',
      node: this.#nodes,
      initializer: [...this.#initializers.values()],
      input: this.#inputs,
      output: this.#outputs,
    };
    const model = create(ModelProtoSchema, {
      irVersion: 8n,
      producerName,
      opsetImport: [{ domain: '', version: opset }],
      graph,
    });
    return toBinary(ModelProtoSchema, model);
  }
}

function valueInfo(name, elemType, dims) {
  const dim = dims.map((d) =>
    typeof d === 'string'
      ? { value: { case: 'dimParam', value: d } }
      : { value: { case: 'dimValue', value: BigInt(d) } },
  );
  return { name, type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } } };
}

export { DataType };
