/** Of the buttons that take the focus one after the other, as each step is the next one's beginning. */
export const startId = 'find-start';
export const cancelId = 'find-cancel';
export const useItId = 'find-use-it';
export const exportItId = 'find-export-it';

/** Takes the focus to the first of these that is there and can have it. */
export function focusFirst(ids: readonly string[]): void {
  const found = ids.map((id) => document.getElementById(id));
  found.find((element) => element && !element.matches(':disabled'))?.focus();
}
