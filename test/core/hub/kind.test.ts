import { expect, test } from 'vitest';
import { describeOtherKind, factsOfConfig, factsOfGenai, otherKind } from '../../../src/core/hub/kind.js';

const graph = ['config.json', 'tokenizer.json', 'onnx/model.onnx'];
const config = (model_type: string, architecture?: string, more: object = {}) => ({
  model_type,
  ...(architecture ? { architectures: [architecture] } : {}),
  ...more,
});

test.each([
  ['GPT-2', config('gpt2', 'GPT2LMHeadModel')],
  ['Llama', config('llama', 'LlamaForCausalLM')],
  ['Qwen3', config('qwen3', 'Qwen3ForCausalLM')],
  ['Gemma-3 text', config('gemma3_text', 'Gemma3ForCausalLM')],
  ['LFM2', config('lfm2', 'Lfm2ForCausalLM')],
  ['a family that nobody named', config('brand_new', 'BrandNewForCausalLM')],
  ['no architecture', config('llama')],
  ['an encoder’s family made to write', config('bert', 'BertLMHeadModel')],
])('%s may be a causal model', (_, json) => {
  expect(otherKind(json, graph, 'text-generation')).toBeNull();
});

test.each([
  ['encoder', config('bert', 'BertForMaskedLM'), graph, 'fill-mask'],
  ['encoder', config('modernbert', 'ModernBertModel'), graph, null],
  ['encoder', config('brand_new', 'BrandNewForSequenceClassification'), graph, null],
  ['encoder', config('qwen3', 'Qwen3Model'), graph, 'feature-extraction'],
  ['encoder-decoder', config('t5', 'T5ForConditionalGeneration', { is_encoder_decoder: true }), graph, null],
  ['encoder-decoder', config('brand_new'), ['onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx'], null],
  ['audio', config('whisper', 'WhisperForConditionalGeneration', { is_encoder_decoder: true }), graph, null],
  ['vision', config('gemma3', 'Gemma3ForConditionalGeneration', { vision_config: {} }), graph, 'image-text-to-text'],
  ['vision', config('brand_new'), ['onnx/vision_encoder_q4.onnx', 'onnx/decoder_model_merged_q4.onnx'], null],
  ['vision', config('vit', 'ViTForImageClassification'), graph, 'image-classification'],
  ['diffusion', null, ['model_index.json', 'unet/model.onnx'], 'text-to-image'],
] as const)('%s: %j', (kind, json, paths, task) => {
  const found = otherKind(json, paths, task);
  expect(found).toMatchObject({ kind });
  expect(describeOtherKind('org/name', found!)).toMatch(/^org\/name is .*Take a causal language model/);
});

test('facts under the names of old and new families', () => {
  const gpt2 = { model_type: 'gpt2', n_embd: 768, n_layer: 12, n_head: 12, n_ctx: 1024, vocab_size: 50257 };
  expect(factsOfConfig(gpt2)).toMatchObject({
    family: 'gpt2',
    layers: 12,
    width: 768,
    context: 1024,
    keyHeads: 12,
    headLength: 64,
  });
  const llama = {
    model_type: 'llama',
    hidden_size: 576,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
  };
  const named = { 'transformers.js_config': { dtype: { wasm: 'q8', webgpu: 'q4f16' } } };
  expect(factsOfConfig({ ...llama, ...named })).toMatchObject({
    keyHeads: 3,
    headLength: 64,
    vocabulary: null,
    named: { wasm: 'q8', webgpu: 'q4f16' },
  });
  const decoder = {
    filename: 'model.onnx',
    num_hidden_layers: 5,
    head_size: 8,
    num_attention_heads: 4,
    num_key_value_heads: 2,
  };
  expect(factsOfGenai({ model: { type: 'gpt2', vocab_size: 1000, context_length: 512, decoder } })).toMatchObject({
    family: 'gpt2',
    layers: 5,
    graphPath: 'model.onnx',
    keyHeads: 2,
    headLength: 8,
  });
  expect(factsOfConfig('nonsense')).toMatchObject({ family: 'unknown', layers: null });
});
