import { flushSync } from 'react-dom';
import { useView } from '../../../stores/view.js';

export const findPanelId = 'find-it-for-me';

/** Shows the tab and takes the focus there. */
export function openFind(): void {
  flushSync(() => useView.setState({ measureTab: 'find' }));
  const panel = document.getElementById(findPanelId);
  panel?.scrollIntoView({ block: 'center' });
  panel?.focus({ preventScroll: true });
}
