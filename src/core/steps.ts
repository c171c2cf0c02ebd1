/**
 * Computing that takes long is written as a generator that yields after every piece of a few milliseconds, so that a caller
 * can do something else in between; who has time runs it to its end.
 */
export type Steps<Result> = Generator<void, Result>;

/** What steps come to, at once. */
export function toEnd<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same steps, each yielding `value`. */
export function* eachStep<Value, Result>(steps: Generator<unknown, Result>, value: Value): Generator<Value, Result> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield value;
  }
}
