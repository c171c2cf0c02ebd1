/** The tour over the page. What draws it is fetched when it is taken. */
import { useView } from '../../stores/view.js';
import { tourSteps } from './steps.js';

export async function takeTour(): Promise<void> {
  useView.setState({ tourOffered: false });
  const [{ driver }] = await Promise.all([import('driver.js'), import('driver.js/dist/driver.css')]);
  const there = tourSteps.filter(({ at }) => document.querySelector(at) !== null);
  const before = document.activeElement;
  driver({
    animate: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    showProgress: true,
    progressText: '{{current}} of {{total}}',
    nextBtnText: 'Next',
    prevBtnText: 'Back',
    doneBtnText: 'Done',
    popoverClass: 'tour',
    stagePadding: 6,
    stageRadius: 12,
    steps: there.map(({ at, title, text }) => ({ element: at, popover: { title, description: text } })),
    // After the driver has put the focus where it was at the last step.
    onDestroyed: () => queueMicrotask(() => before instanceof HTMLElement && before.focus()),
  }).drive();
}

export function declineTour(): void {
  useView.setState({ tourOffered: false });
}
