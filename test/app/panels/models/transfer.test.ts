import { describe, expect, it } from 'vitest';
import { bytesPerSecond, secondsLeft } from '../../../../src/app/panels/models/transfer.js';
import { share, transferWords } from '../../../../src/app/panels/models/transferWords.js';
import { speedWindow, withSample, type Sample } from '../../../../src/app/stores/models.js';

/** Reports at a steady rate, bytes a second, every tenth of a second from 0 to `seconds`. */
function steady(rate: number, seconds: number, kept = 0): readonly Sample[] {
  let samples: readonly Sample[] = [];
  for (let step = 0; step <= seconds * 10; step++)
    samples = withSample(samples, { time: step * 100, done: kept + (rate * step) / 10 });
  return samples;
}

describe('the speed of a download', () => {
  it('is the rate it arrives at, however much was here before', () => {
    expect(bytesPerSecond(steady(2e6, 3), 3000)).toBeCloseTo(2e6, 3);
    expect(bytesPerSecond(steady(2e6, 60, 7e7), 60_000)).toBeCloseTo(2e6, 3);
  });

  it('is not known at once', () => {
    expect(bytesPerSecond([], 0)).toBeNull();
    expect(bytesPerSecond(steady(2e6, 0.3), 300)).toBeNull();
  });

  it('follows a change within the window', () => {
    let samples = steady(1e6, 20);
    const at = samples.at(-1)!;
    for (let step = 1; step <= speedWindow / 100; step++)
      samples = withSample(samples, { time: at.time + step * 100, done: at.done + step * 5e5 });
    expect(bytesPerSecond(samples, at.time + speedWindow)).toBeCloseTo(5e6, 3);
  });

  it('falls to nothing when nothing arrives', () => {
    const samples = steady(4e6, 10);
    expect(bytesPerSecond(samples, 10_000 + speedWindow / 2)).toBeCloseTo(2e6, -4);
    expect(bytesPerSecond(samples, 10_000 + 2 * speedWindow)).toBe(0);
  });

  it('never runs backwards when a file is begun anew', () => {
    const samples = withSample(steady(1e6, 2), { time: 2100, done: 0 });
    expect(bytesPerSecond(samples, 2100)).toBe(0);
  });

  it('needs only the samples of its window', () => {
    expect(steady(1, 600).length).toBeLessThanOrEqual(speedWindow / 100 + 2);
  });
});

describe('the time that is left', () => {
  it('is the rest at this speed', () => {
    expect(secondsLeft(20e6, 120e6, 5e6)).toBe(20);
    expect(secondsLeft(120e6, 120e6, 0)).toBe(0);
  });

  it('is not said where it is not known', () => {
    expect(secondsLeft(1, 10, null)).toBeNull();
    expect(secondsLeft(1, 10, 0)).toBeNull();
    expect(secondsLeft(1, 0, 5)).toBeNull();
  });
});

describe('a download in words', () => {
  const samples = steady(3.2e6, 10);
  it('has bytes, speed and time left', () => {
    expect(transferWords({ done: 32e6, total: 128e6 }, samples, 10_000)).toBe(
      '32.0 MB of 128 MB · 3.2 MB/s · 30 s left',
    );
  });
  it('says that nothing arrives', () => {
    expect(transferWords({ done: 32e6, total: 128e6 }, samples, 60_000)).toBe('32.0 MB of 128 MB · nothing arrives');
  });
  it('has no more than bytes at first, and an end', () => {
    expect(transferWords({ done: 0, total: 128e6 }, [], 0)).toBe('0 B of 128 MB');
    expect(transferWords({ done: 128e6, total: 128e6 }, samples, 10_000)).toBe('128 MB is here');
  });
  it('has a share only where the whole is known', () => {
    expect(share({ done: 1, total: 0 })).toBeNull();
    expect(share(null)).toBeNull();
    expect(share({ done: 32, total: 128 })).toBe(25);
  });
});
