/** Weights that stay where they are: tensors turned into references to the bytes of the original file. */
import { clearField, create } from '@bufbuild/protobuf';
import {
  StringStringEntryProtoSchema,
  TensorProtoSchema,
  TensorProto_DataLocation,
  type GraphProto,
  type TensorProto,
} from 'onnx-buf';

/** Smaller tensors stay in the graph: shapes and axes are read when the session is created, and a reference costs about as much. */
const smallestExternal = 1024;

/**
 * Gives every large tensor of the graph a location, an offset and a length in the original file instead of its data.
 * Tensors that already are external keep what they say.
 *
 * @param file the bytes that the graph was decoded from; its tensors are views into them
 * @param weightsFile the name under which the session is given those bytes
 */
export function referToFile(graph: GraphProto, file: Uint8Array, weightsFile: string): void {
  liftLargeConstants(graph);
  for (const tensor of graph.initializer) {
    const data = tensor.rawData;
    // The GPU's queue writes whole words only, straight from the file.
    const isExternal = data.length >= smallestExternal && data.length % 4 === 0;
    if (!isExternal || data.buffer !== file.buffer) continue;
    refer(tensor, weightsFile, data.byteOffset - file.byteOffset, data.length);
  }
}

/** The other files that a graph keeps weights in, by location, and how many bytes each has at least. */
export function filesBeside(graph: GraphProto): ReadonlyMap<string, number> {
  const files = new Map<string, number>();
  for (const tensor of graph.initializer) {
    if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) continue;
    const entry = (key: string) => tensor.externalData.find((it) => it.key === key)?.value;
    const location = (entry('location') ?? '').replace(/^\.\//, '');
    const end = Number(entry('offset') ?? 0) + Number(entry('length') ?? 0);
    files.set(location, Math.max(files.get(location) ?? 0, end));
  }
  return files;
}

/** What a graph's weights take together, wherever they lie. */
export function bytesOfWeights(graph: GraphProto): number {
  const sizes = graph.initializer.map(({ dataLocation, externalData, rawData }) =>
    dataLocation === TensorProto_DataLocation.EXTERNAL
      ? Number(externalData.find(({ key }) => key === 'length')?.value ?? 0)
      : rawData.length,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function refer(tensor: TensorProto, location: string, offset: number, length: number): void {
  const entries = { location, offset: String(offset), length: String(length) };
  // A cleared field is absent; an empty one would still say that the data is here.
  clearField(tensor, TensorProtoSchema.field.rawData);
  tensor.externalData = Object.entries(entries).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  );
  tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
}

/** Some exporters keep tables (rotary angles, masks) in Constant nodes, which cannot be external; initializers can. */
function liftLargeConstants(graph: GraphProto): void {
  graph.node = graph.node.filter((node) => {
    if (node.opType !== 'Constant') return true;
    const tensor = node.attribute.find((attribute) => attribute.name === 'value')?.t;
    const name = node.output[0];
    if (tensor === undefined || name === undefined || tensor.rawData.length < smallestExternal) return true;
    tensor.name = name;
    graph.initializer.push(tensor);
    return false;
  });
}
