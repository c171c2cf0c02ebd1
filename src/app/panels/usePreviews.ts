import { useEffect, useState } from 'react';
import type { ContrastTexts } from '../../core/directions/direction.js';
import type { ContrastPreview } from '../../protocol/api.js';
import { call } from '../engine/connection.js';
import { useSession } from '../stores/session.js';
import { useSettled } from './useSettled.js';

/** Contrast texts with the tokens that the loaded model makes of them. */
export interface PreviewedTexts<Texts> {
  readonly texts: Texts;
  readonly preview: ContrastPreview;
}

/**
 * The tokens of texts and which are read, once typing stops; null until they are known, and while no model is ready. `of` must
 * be the same object while the texts are the same.
 */
export function usePreviews<Texts extends { readonly contrast: ContrastTexts }>(
  of: Texts | null,
): PreviewedTexts<Texts> | null {
  const settled = useSettled(of, 350);
  const loaded = useSession((state) => (state.phase === 'ready' ? state.loaded : null));
  const [known, setKnown] = useState<PreviewedTexts<Texts> | null>(null);
  useEffect(() => {
    if (!settled || !loaded) return;
    let left = false;
    const show = (preview: ContrastPreview | null): void => {
      if (!left) setKnown(preview && { texts: settled, preview });
    };
    // What cannot be shown now is not said here: the fit says it in full.
    call((api) => api.previewTexts(settled.contrast)).then(show, () => show(null));
    return () => {
      left = true;
    };
  }, [settled, loaded]);
  return of && loaded ? known : null;
}
