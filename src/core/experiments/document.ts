/** An experiment as JSON text, checked in both directions. */
import type { z } from 'zod';
import { isChatKind } from '../chat/contrast.js';
import { isPaired } from '../directions/direction.js';
import { SteerboardError } from '../errors.js';
import { invalid, parseUntrusted, type Path } from '../formats/hostile.js';
import { fromZod } from '../formats/issues.js';
import { experimentFormat, experimentSchema, type ExperimentDirection, type ExperimentDocument } from './schema.js';

/**
 * JSON with its fields in the schema's order, so that the same experiment is the same text.
 *
 * @throws SteerboardError `document-invalid` when it breaks its own rules
 */
export function writeExperiment(experiment: ExperimentDocument): string {
  checkExperiment(experiment);
  const encoded = experimentSchema.safeEncode(experiment);
  if (!encoded.success) throw fromZod(encoded.error);
  return JSON.stringify(encoded.data);
}

/** @throws SteerboardError `document-newer` for a newer major version; `document-invalid`, naming the field, for all else */
export function readExperiment(text: string): ExperimentDocument {
  const root = parseUntrusted(text);
  checkFormat(root);
  const decoded = experimentSchema.safeDecode(root as z.input<typeof experimentSchema>);
  if (!decoded.success) throw fromZod(decoded.error);
  checkExperiment(decoded.data);
  const { directions, found } = decoded.data;
  const fits = [...directions.flatMap((direction) => direction.fits), ...(found?.best ? [found.best.direction] : [])];
  for (const { layers } of fits) layers.sort((a, b) => a.layer - b.layer);
  return decoded.data;
}

/** Whether a text says of itself that it is an experiment, sound or not; a look at its beginning, which costs nothing. */
export function saysExperiment(text: string): boolean {
  return text.slice(0, 2000).includes(`"${experimentFormat}"`);
}

function checkFormat(root: unknown): void {
  if (typeof root !== 'object' || root === null || Array.isArray(root)) throw invalid([], 'is not a JSON object');
  const { format, version } = root as { format?: unknown; version?: unknown };
  if (format !== experimentFormat)
    throw invalid(
      ['format'],
      `is not "${experimentFormat}"; it holds no experiment. Files of directions and texts are opened by the “Import” button`,
    );
  const match = typeof version === 'string' ? /^(\d{1,6})\.\d{1,6}$/.exec(version) : null;
  if (match === null) throw invalid(['version'], 'is not a version such as "1.0"');
  if (Number(match[1]) > 1) {
    const message = `This experiment was written by a newer Steerboard (format ${match[0]}; this one reads up to 1.x). Update the page and open it again.`;
    throw new SteerboardError('document-newer', message, { version: match[0] });
  }
}

/** What a schema cannot say: lengths and indices that depend on each other. */
function checkExperiment({ directions, selected, outcome, found }: ExperimentDocument): void {
  directions.forEach((direction, at) => checkDirection(direction, at, directions.length));
  if (selected !== null && selected >= directions.length)
    throw invalid(['selected'], `refers to direction ${selected}, but there are ${directions.length}, counted from 0`);
  if (found?.best) checkFit(found.best.direction, ['found', 'best', 'direction']);
  for (const row of outcome ? (['baseline', 'steered'] as const) : []) {
    const { ids, pieces, promptLength } = outcome![row];
    if (pieces.length !== ids.length)
      throw invalid(['outcome', row, 'pieces'], `has ${pieces.length} pieces for ${ids.length} tokens`);
    if (promptLength > ids.length)
      throw invalid(['outcome', row, 'promptLength'], `is ${promptLength}, but there are ${ids.length} tokens`);
  }
}

function checkDirection(direction: ExperimentDirection, at: number, directions: number): void {
  const path: Path = ['directions', at];
  const { second, condition, layers, scope, texts, fits } = direction;
  for (const [field, other] of [['second', second] as const, ['condition', condition?.direction ?? null] as const]) {
    if (other !== null && other >= directions)
      throw invalid([...path, field], `refers to direction ${other}, but there are ${directions}, counted from 0`);
  }
  if (layers && layers[0] > layers[1]) throw invalid([...path, 'layers'], `goes from ${layers[0]} to ${layers[1]}`);
  const { curve = [] } = scope;
  if (curve.some(({ at: handle }, index) => index > 0 && handle < curve[index - 1]!.at))
    throw invalid([...path, 'scope', 'curve'], 'has handles that are not in ascending order');
  checkTexts(texts, [...path, 'texts']);
  fits.forEach((fit, index) => checkFit(fit, [...path, 'fits', index]));
}

function checkTexts(texts: ExperimentDirection['texts'], path: Path): void {
  if (!texts) return;
  if (isPaired(texts.kind) && texts.positive.length !== texts.negative.length)
    throw invalid(path, 'has pairs with a side missing');
  if (isChatKind(texts.kind) && !texts.questions?.length)
    throw invalid([...path, 'questions'], 'is missing, and system prompts need questions');
}

function checkFit({ model, layers, source }: ExperimentDirection['fits'][number], path: Path): void {
  checkTexts(source.texts, [...path, 'source', 'texts']);
  const seen = new Set<number>();
  layers.forEach(({ layer, vector, transport, positions = [] }, index) => {
    const here: Path = [...path, 'layers', index];
    if (layer >= model.layers)
      throw invalid([...here, 'layer'], `is ${layer}, but the model has layers 0 to ${model.layers - 1}`);
    if (seen.has(layer)) throw invalid([...here, 'layer'], `is ${layer} a second time`);
    seen.add(layer);
    const others = [...(transport ? [transport.scale, transport.shift] : []), ...positions.map((it) => it.vector)];
    for (const values of [vector, ...others]) {
      if (values.length !== model.width)
        throw invalid(here, `has a vector of ${values.length} values, but the model’s width is ${model.width}`);
    }
  });
}
