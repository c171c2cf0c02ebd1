import type { ContrastTexts } from '../../core/directions/direction.js';
import { checkKind } from '../../core/directions/fit.js';
import type { HeadFinder, TextFinder } from '../../core/directions/index.js';
import { SteerboardError } from '../../core/errors.js';
import type { FitRequest } from '../../protocol/api.js';

/** The texts of a request whose method needs some. Checked before any text is read, which may take minutes. */
export function textsFor(finder: TextFinder | HeadFinder, { texts }: FitRequest): ContrastTexts {
  if (texts === null) {
    const message = `"${finder.label}" is found from texts. Write some on both sides.`;
    throw new SteerboardError('input-empty', message, { method: finder.name });
  }
  checkKind(texts, finder);
  return texts;
}
