// Converts a model of llama2.c (legacy checkpoint and tokenizer.bin) to the layout of transformers.js.
//
//     node scripts/convert-llama2c.mjs stories260K.bin tok512.bin OUT
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readCheckpoint } from './llama2c/checkpoint.mjs';
import { decoderGraph, epsilon } from './llama2c/decoder-graph.mjs';
import { readPieces, specialIds, tokenizerDocument } from './llama2c/tokenizer.mjs';

/**
 * @param {Uint8Array} checkpointBytes a legacy llama2.c checkpoint, fp32
 * @param {Uint8Array} tokenizerBytes its tokenizer.bin, with the byte tokens of SentencePiece at ids 3…258
 * @returns {Map<string, Uint8Array>} the model's files by their path inside its folder
 */
export function convertLlama2c(checkpointBytes, tokenizerBytes) {
  const checkpoint = readCheckpoint(checkpointBytes);
  const pieces = readPieces(tokenizerBytes, checkpoint.shape.vocabulary);
  const { bos, eos } = specialIds;
  // llama2.c separates training texts by BOS and ends a text there (run.c), so both end a generation.
  const ends = [bos, eos];
  const generation = { bos_token_id: bos, eos_token_id: ends, do_sample: false, max_length: checkpoint.shape.context };
  const tokenizerConfig = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    unk_token: '<unk>',
    bos_token: '<s>',
    eos_token: '</s>',
    add_bos_token: true,
    model_max_length: checkpoint.shape.context,
    clean_up_tokenization_spaces: false,
  };
  return new Map([
    ['config.json', json(config(checkpoint.shape, bos, ends))],
    ['generation_config.json', json(generation)],
    ['tokenizer.json', json(tokenizerDocument(pieces))],
    ['tokenizer_config.json', json(tokenizerConfig)],
    ['onnx/model.onnx', decoderGraph(checkpoint)],
  ]);
}

function config(s, bos, ends) {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: s.width,
    intermediate_size: s.feedForward,
    num_hidden_layers: s.layers,
    num_attention_heads: s.heads,
    num_key_value_heads: s.kvHeads,
    head_dim: s.headDim,
    vocab_size: s.vocabulary,
    max_position_embeddings: s.context,
    rms_norm_eps: epsilon,
    rope_theta: 10000,
    rope_scaling: null,
    hidden_act: 'silu',
    tie_word_embeddings: s.tied,
    attention_bias: false,
    mlp_bias: false,
    bos_token_id: bos,
    eos_token_id: ends,
    use_cache: true,
    torch_dtype: 'float32',
    'transformers.js_config': { dtype: 'fp32' },
  };
}

function json(document) {
  return new TextEncoder().encode(JSON.stringify(document, null, 2) + '\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [checkpoint, tokenizer, out] = process.argv.slice(2);
  if (!out) {
    console.error('usage: node scripts/convert-llama2c.mjs CHECKPOINT.bin TOKENIZER.bin OUT');
    process.exit(2);
  }
  for (const [path, bytes] of convertLlama2c(readFileSync(checkpoint), readFileSync(tokenizer))) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), bytes);
    console.log(`${join(out, path)}  ${bytes.length} bytes`);
  }
}
