// SPDX-License-Identifier: MIT
/** A list of listeners. Listeners end with their AbortSignal. */
export class Emitter {
  #listeners = new Set();

  /**
   * @param {function(*): void} listener
   * @param {AbortSignal} [signal] ends the subscription
   * @returns {function(): void} ends the subscription
   */
  on(listener, signal) {
    if (signal?.aborted) return () => {};
    this.#listeners.add(listener);
    const off = () => this.#listeners.delete(listener);
    signal?.addEventListener('abort', off, {once: true});
    return off;
  }

  /** Tells every listener; one that throws does not keep the others from hearing. */
  emit(value) {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (fault) {
        queueMicrotask(() => { throw fault; });
      }
    }
  }
}
