/** Models of the Hub that are good to begin with. Sizes are rough: the offer says them to the byte. */
export interface CuratedModel {
  readonly name: string;
  /** On the Hub, with ONNX files in the layout of transformers.js. */
  readonly id: string;
  /** Megabytes of a download that suits most devices. */
  readonly megabytes: number;
  readonly licence: string;
  /** `chat`: trained to answer in turns; `base`: goes on with a text. */
  readonly kind: 'chat' | 'base';
  readonly goodAt: string;
}

export const curatedModels: readonly CuratedModel[] = [
  {
    name: 'SmolLM2 135M Instruct',
    id: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    megabytes: 140,
    licence: 'Apache 2.0',
    kind: 'chat',
    goodAt: 'The smallest that chats: quick on any computer, often wrong',
  },
  {
    name: 'SmolLM2 360M Instruct',
    id: 'HuggingFaceTB/SmolLM2-360M-Instruct',
    megabytes: 370,
    licence: 'Apache 2.0',
    kind: 'chat',
    goodAt: 'Short answers in plain English, with persona and mood',
  },
  {
    name: 'Gemma 3 270M it',
    id: 'onnx-community/gemma-3-270m-it-ONNX',
    megabytes: 430,
    licence: 'Gemma terms',
    kind: 'chat',
    goodAt: 'Follows instructions well for its size; many languages',
  },
  {
    name: 'LFM2 350M',
    id: 'onnx-community/LFM2-350M-ONNX',
    megabytes: 300,
    licence: 'LFM Open 1.0',
    kind: 'chat',
    goodAt: 'Convolutions beside attention: fast, and another kind of block to look into',
  },
  {
    name: 'Qwen2.5 0.5B Instruct',
    id: 'onnx-community/Qwen2.5-0.5B-Instruct',
    megabytes: 510,
    licence: 'Apache 2.0',
    kind: 'chat',
    goodAt: 'All-round chat in many languages, some code',
  },
  {
    name: 'Qwen3 0.6B',
    id: 'onnx-community/Qwen3-0.6B-ONNX',
    megabytes: 600,
    licence: 'Apache 2.0',
    kind: 'chat',
    goodAt: 'Thinks before it answers: steer the thoughts and see what follows',
  },
  {
    name: 'Llama 3.2 1B Instruct',
    id: 'onnx-community/Llama-3.2-1B-Instruct',
    megabytes: 1200,
    licence: 'Llama 3.2 community',
    kind: 'chat',
    goodAt: 'The most capable here; wants a graphics card',
  },
  {
    name: 'GPT-2',
    id: 'Xenova/gpt2',
    megabytes: 130,
    licence: 'MIT',
    kind: 'base',
    goodAt: 'The model of most papers on steering: compare with published results',
  },
  {
    name: 'Pythia 160M',
    id: 'Xenova/pythia-160m',
    megabytes: 170,
    licence: 'Apache 2.0',
    kind: 'base',
    goodAt: 'Made for interpretability; attention and MLP side by side',
  },
];
