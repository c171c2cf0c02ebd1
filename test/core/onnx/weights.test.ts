import { create, fromBinary, isFieldSet, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  TensorProto_DataLocation,
  type ModelProto,
  type TensorProto,
} from 'onnx-buf';
import { expect, test } from 'vitest';
import { filesBeside } from '../../../src/core/onnx/weights.js';
import { Decoder, externalise, fixture, weightsFile } from './session.js';
import { readGolden } from './golden.js';

const bytes = fixture('sequential');
const decode = (model: Uint8Array) => fromBinary(ModelProtoSchema, model);

function placeOf(tensor: TensorProto): Record<string, string> {
  return Object.fromEntries(tensor.externalData.map(({ key, value }) => [key, value]));
}

function initializers(model: ModelProto): Map<string, TensorProto> {
  return new Map(model.graph!.initializer.map((tensor) => [tensor.name, tensor]));
}

test('decoding gives views of the file, never copies', () => {
  for (const tensor of decode(bytes).graph!.initializer) expect(tensor.rawData.buffer).toBe(bytes.buffer);
});

test('every large tensor is where the file has it, every small one stays', () => {
  const before = initializers(decode(bytes));
  const after = initializers(decode(externalise(bytes, weightsFile)));
  let referred = 0;
  for (const [name, tensor] of after) {
    const original = before.get(name)!.rawData;
    if (original.length < 1024) {
      expect(tensor.rawData).toEqual(original);
      continue;
    }
    referred++;
    expect(isFieldSet(tensor, TensorProtoSchema.field.rawData)).toBe(false);
    expect(tensor.dataLocation).toBe(TensorProto_DataLocation.EXTERNAL);
    const { location, offset, length } = placeOf(tensor);
    expect(location).toBe(weightsFile);
    expect(bytes.subarray(Number(offset), Number(offset) + Number(length))).toEqual(original);
  }
  expect(referred).toBeGreaterThan(15);
  expect(before.size).toBe(after.size);
});

test('tensors that already are in another file stay there', () => {
  const once = externalise(bytes, 'model.onnx_data');
  expect(externalise(once, weightsFile)).toEqual(once);
});

test('the files that weights are kept in are named, with the bytes they need', () => {
  expect(filesBeside(decode(bytes).graph!).size).toBe(0);
  const { graph } = decode(externalise(bytes, 'model.onnx_data'));
  const ends = [...initializers(decode(externalise(bytes, 'model.onnx_data'))).values()]
    .filter((tensor) => tensor.externalData.length > 0)
    .map((tensor) => Number(placeOf(tensor)['offset']) + Number(placeOf(tensor)['length']));
  expect([...filesBeside(graph!)]).toEqual([['model.onnx_data', Math.max(...ends)]]);
});

test('a large Constant node becomes an initializer of the same name', async () => {
  const model = decode(bytes);
  const graph = model.graph!;
  const table = graph.initializer.find((tensor) => tensor.name === 'model.0.gate.weight')!;
  graph.initializer = graph.initializer.filter((tensor) => tensor !== table);
  const value = create(AttributeProtoSchema, { name: 'value', type: AttributeProto_AttributeType.TENSOR, t: table });
  graph.node.unshift(create(NodeProtoSchema, { opType: 'Constant', output: [table.name], attribute: [value] }));
  const withConstant = toBinary(ModelProtoSchema, model);
  const lifted = externalise(withConstant, weightsFile);
  expect(decode(lifted).graph!.node.every((node) => node.opType !== 'Constant')).toBe(true);
  const { ids } = readGolden('sequential');
  const expected = await (await Decoder.plain(bytes)).run({ ids });
  const found = await (await Decoder.beside(lifted, withConstant)).run({ ids });
  expect(found.logits.data).toEqual(expected.logits.data);
});
