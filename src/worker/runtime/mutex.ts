/** Runs jobs one after the other, in the order they were asked for. A job that fails does not stop the next. */
export class Mutex {
  private tail: Promise<unknown> = Promise.resolve();

  run<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.tail.then(job, job);
    this.tail = result.catch(() => undefined);
    return result;
  }
}
