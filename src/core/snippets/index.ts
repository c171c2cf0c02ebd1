/** Programs that write the page's text elsewhere. To add one: a file here that exports a `Snippet`, and its line below. */
import { llamaCpp } from './llama-cpp.js';
import { nnsight } from './nnsight.js';
import { repeng } from './repeng.js';
import type { Snippet } from './snippet.js';
import { transformerLens } from './transformer-lens.js';
import { transformers } from './transformers.js';

export const snippets: readonly Snippet[] = [transformers, transformerLens, nnsight, repeng, llamaCpp];

export type { Snippet, SnippetInput } from './snippet.js';
