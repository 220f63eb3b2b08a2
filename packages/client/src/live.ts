/** Live queries: who watches a topic is told when it changes. Several changes in one turn of the loop are told once. */
export class Live {
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #changed = new Set<string>();

  /** Calls `listener` after each change of one of `topics`, until the returned function is called. */
  watch(topics: readonly string[], listener: () => void): () => void {
    for (const topic of topics) {
      const watchers = this.#watchers.get(topic) ?? new Set();
      this.#watchers.set(topic, watchers.add(listener));
    }
    return () => {
      for (const topic of topics) this.#watchers.get(topic)?.delete(listener);
    };
  }

  changed(...topics: readonly string[]): void {
    if (this.#changed.size === 0) queueMicrotask(() => this.#tell());
    for (const topic of topics) this.#changed.add(topic);
  }

  #tell(): void {
    const listeners = new Set<() => void>();
    for (const topic of this.#changed) {
      for (const listener of this.#watchers.get(topic) ?? []) listeners.add(listener);
    }
    this.#changed.clear();
    for (const listener of listeners) listener();
  }
}
