/**
 * Undo and redo of what the user does to directions, prompt, sampling and limits. What follows by itself (a fit that arrives, a
 * combined direction that follows its parts) is no step of its own: it belongs to the step before. An arrow that is drawn is
 * one step when it is done, and none when it is taken back.
 */
import { useDirections, type DirectionEntry, type Directions } from '../stores/directions.js';
import { setHistory } from '../stores/history.js';
import { useLimits, type LimitsState } from '../stores/limits.js';
import { usePlane } from '../stores/plane.js';
import { usePrompt, type PromptState } from '../stores/prompt.js';
import { endDrawing } from './drawing.js';
import { sameRecipe } from './recipe.js';

type Board = Pick<Directions, 'entries' | 'steerSpecialTokens'>;

/** The stores before a change, and what changed. States are never changed in place, so keeping them costs little. */
interface Step {
  readonly label: string;
  readonly board: Board;
  readonly prompt: PromptState;
  readonly limits: LimitsState;
}

const mostSteps = 200;
/** Changes of the same thing that follow each other this closely are one step: a key that is held, a typed word. */
const pauseMs = 700;

let past: Step[] = [];
let future: Step[] = [];
let applying = false;
let last: { readonly subject: string; readonly at: number } | null = null;
/** All changes of one event are one step, such as an import of several directions. */
let sameEvent = false;
/** A pointer that is held: whether it has made its step yet. All that it does until it is let go is one step. */
let held: 'nothing done' | 'step made' | null = null;
/** The stores when the arrow was begun that is being drawn; null while there is none. */
let beforeDrawing: Omit<Step, 'label'> | null = null;

const now = (): Omit<Step, 'label'> => ({
  board: useDirections.getState(),
  prompt: usePrompt.getState(),
  limits: useLimits.getState(),
});

/**
 * Starts to remember. Returns what stops it and forgets.
 *
 * @param page hears of all pointers: the window
 */
export function keepHistory(page: EventTarget): () => void {
  const stops = [
    useDirections.subscribe((_, board) => rememberSince({ ...now(), board })),
    usePrompt.subscribe((_, prompt) => rememberSince({ ...now(), prompt })),
    useLimits.subscribe((_, limits) => rememberSince({ ...now(), limits })),
    usePlane.subscribe(({ drawing }) => {
      if (drawing) {
        beforeDrawing ??= now();
      } else if (beforeDrawing) {
        const before = beforeDrawing;
        beforeDrawing = null;
        rememberSince(before);
      }
    }),
  ];
  const hold = (): void => void (held = 'nothing done');
  const letGo = (): void => void (held = null);
  page.addEventListener('pointerdown', hold, { capture: true });
  for (const end of ['pointerup', 'pointercancel']) page.addEventListener(end, letGo, { capture: true });
  return () => {
    page.removeEventListener('pointerdown', hold, { capture: true });
    for (const end of ['pointerup', 'pointercancel']) page.removeEventListener(end, letGo, { capture: true });
    for (const stop of stops) stop();
    held = null;
    past = [];
    future = [];
    last = null;
    beforeDrawing = null;
    tell();
  };
}

/** Makes a change that no step leads back from: another board. What was done on the one before is forgotten. */
export function beginHistoryAnew(change: () => void): void {
  endDrawing();
  applying = true;
  try {
    change();
  } finally {
    applying = false;
  }
  past = [];
  future = [];
  last = null;
  tell();
}

export function undo(): void {
  endDrawing();
  const step = past.pop();
  if (!step) return;
  future.push({ ...now(), label: step.label });
  restore(step);
}

export function redo(): void {
  endDrawing();
  const step = future.pop();
  if (!step) return;
  past.push({ ...now(), label: step.label });
  restore(step);
}

interface Change {
  readonly label: string;
  readonly subject: string;
}

/** Remembers the stores as they were before a change, if it is a step. */
function rememberSince(before: Omit<Step, 'label'>): void {
  if (applying || beforeDrawing) return;
  const after = now();
  const what =
    boardChange(after.board, before.board) ??
    promptChange(after.prompt, before.prompt) ??
    limitsChange(after.limits, before.limits);
  if (what) remember(what, before);
}

function remember({ label, subject }: Change, before: Omit<Step, 'label'>): void {
  const at = performance.now();
  const soon = last?.subject === subject && at - last.at < pauseMs;
  const goesOn = sameEvent || (held ? held === 'step made' : soon);
  last = { subject, at };
  future = [];
  if (!goesOn || past.length === 0) {
    if (held) held = 'step made';
    past.push({ ...before, label });
    if (past.length > mostSteps) past.shift();
    sameEvent = true;
    queueMicrotask(() => (sameEvent = false));
  }
  tell();
}

function restore({ board, prompt, limits }: Step): void {
  applying = true;
  last = null;
  try {
    const { entries: present, selectedId } = useDirections.getState();
    const entries = board.entries.map((entry) => withFitsOf(entry, present));
    const isThere = entries.some(({ id }) => id === selectedId);
    useDirections.setState({
      entries,
      steerSpecialTokens: board.steerSpecialTokens,
      selectedId: isThere ? selectedId : (entries.at(-1)?.id ?? null),
    });
    usePrompt.setState(prompt);
    useLimits.setState(limits);
  } finally {
    applying = false;
  }
  tell();
}

/** Fits that came since are good as long as the direction is found in the same way. */
function withFitsOf(entry: DirectionEntry, present: readonly DirectionEntry[]): DirectionEntry {
  const same = present.find((other) => other.id === entry.id && sameRecipe(other, entry) && other.method !== 'drawn');
  return same ? { ...entry, fits: same.fits } : entry;
}

const labels: Readonly<Partial<Record<keyof DirectionEntry, string>>> = {
  name: 'name',
  opposite: 'name',
  enabled: 'switch',
  operator: 'operator',
  operatorOptions: 'operator',
  secondId: 'other direction',
  strength: 'strength',
  scope: 'scope',
  condition: 'condition',
  layers: 'layers',
  layerFactors: 'strength over layers',
  texts: 'texts',
  method: 'method',
  methodOptions: 'method',
  hook: 'hook',
  expression: 'formula',
};

/** Null for what is no step: another selection, a fit that arrived. */
function boardChange(after: Board, before: Board): Change | null {
  if (after.steerSpecialTokens !== before.steerSpecialTokens)
    return { label: 'special tokens', subject: 'special tokens' };
  if (after.entries === before.entries) return null;
  const added = after.entries.filter(({ id }) => !before.entries.some((old) => old.id === id));
  const removed = before.entries.filter(({ id }) => !after.entries.some((entry) => entry.id === id));
  if (added[0]) return { label: `adding ${nameOf(added[0])}`, subject: 'added' + added[0].id };
  if (removed[0]) return { label: `deleting ${nameOf(removed[0])}`, subject: 'removed' + removed[0].id };
  const changes = after.entries.flatMap((entry) => {
    const old = before.entries.find(({ id }) => id === entry.id)!;
    const keys = (Object.keys(entry) as (keyof DirectionEntry)[]).filter(
      (key) => entry[key] !== old[key] && !followsByItself(key, entry, old),
    );
    return keys.length > 0 ? [{ entry, keys }] : [];
  });
  const [first] = changes;
  if (!first) return null;
  const what = first.keys.map((key) => labels[key]).find((label) => label !== undefined) ?? 'direction';
  return { label: `${what} of ${nameOf(first.entry)}`, subject: first.entry.id + first.keys.join() };
}

function followsByItself(key: keyof DirectionEntry, entry: DirectionEntry, old: DirectionEntry): boolean {
  if (key === 'fits') return entry.method !== 'drawn';
  // The first fit says where a direction is applied.
  return key === 'layers' && old.layers === null;
}

function nameOf({ name }: DirectionEntry): string {
  return name || 'unnamed';
}

function promptChange(after: PromptState, before: PromptState): Change | null {
  if (after.sampling !== before.sampling) return { label: 'sampling', subject: 'sampling' };
  if (after.prompt !== before.prompt) return { label: 'prompt', subject: 'prompt' };
  if (after.chat !== before.chat) return { label: 'conversation', subject: 'chat' };
  if (after.view !== before.view) return { label: 'view', subject: 'view' };
  return null;
}

function limitsChange(after: LimitsState, before: LimitsState): Change | null {
  return after.limits === before.limits ? null : { label: 'limits', subject: 'limits' };
}

function tell(): void {
  setHistory({ undo: past.at(-1)?.label ?? null, redo: future.at(-1)?.label ?? null });
}
