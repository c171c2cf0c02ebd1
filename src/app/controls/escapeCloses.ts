/**
 * Escape closes what a button opened (a menu, a popover) while the focus is still on that button: a dropdown hears keys only once
 * the focus has moved into it, which takes as long as the page needs to draw it.
 */

/** Starts to listen, for every button that says what it opens. Returns what stops it. */
export function letEscapeClose(page: Document): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || !(event.target instanceof Element)) return;
    const button = event.target.closest<HTMLElement>(
      '[aria-expanded="true"]:is([aria-haspopup="dialog"], [aria-haspopup="menu"])',
    );
    if (!button) return;
    const opened = page.getElementById(button.getAttribute('aria-controls') ?? '');
    // The focus may be on its way; what fades out must not take it along.
    opened?.addEventListener('focusin', () => button.getAttribute('aria-expanded') === 'false' && button.focus(), {
      once: true,
    });
    button.click();
  };
  page.addEventListener('keydown', onKey);
  return () => page.removeEventListener('keydown', onKey);
}
