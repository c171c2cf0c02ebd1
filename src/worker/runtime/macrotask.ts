/**
 * Lets the event loop turn once, so that messages that have arrived (a cancel) are handled. A message channel does it
 * in microseconds; `setTimeout(0)` is clamped to 4 ms.
 */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}
