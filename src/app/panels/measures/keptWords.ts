import { useExperiments } from '../../stores/experiments.js';

/**
 * Where what is measured is kept.
 *
 * @param what begins the sentence: "These results are"
 * @param advice what to do where the browser refuses to save
 */
export function useKeptWords(what: string, advice: string): string {
  const isKept = useExperiments((state) => state.resultsKept);
  return isKept
    ? `${what} saved with this experiment, in this browser.`
    : `${what} kept only while the page is open, since this browser refuses to save more: ${advice}.`;
}
