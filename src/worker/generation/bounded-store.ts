/** Keeps the newest and the most recently used items within a number of items and a number of bytes. */
export class BoundedStore<Item> {
  /** Least recently used first. */
  private items: { readonly item: Item; readonly bytes: number }[] = [];

  constructor(
    private readonly most: { readonly items: number; readonly bytes: number },
    private readonly bytesOf: (item: Item) => number,
    /** Told of items that are not kept any more. */
    private readonly onDrop: (item: Item) => void = () => undefined,
  ) {}

  get mostBytes(): number {
    return this.most.bytes;
  }

  /** The item that fits, which counts as used now. */
  find(fits: (item: Item) => boolean): Item | null {
    const at = this.items.findLastIndex(({ item }) => fits(item));
    if (at < 0) return null;
    const [found] = this.items.splice(at, 1);
    this.items.push(found!);
    return found!.item;
  }

  /** Adds an item; the last one added stays even when it alone is too large. */
  add(item: Item): void {
    this.items.push({ item, bytes: this.bytesOf(item) });
    let bytes = this.items.reduce((sum, entry) => sum + entry.bytes, 0);
    while (this.items.length > 1 && (this.items.length > this.most.items || bytes > this.most.bytes)) {
      const oldest = this.items.shift()!;
      bytes -= oldest.bytes;
      this.onDrop(oldest.item);
    }
  }

  clear(): void {
    for (const { item } of this.items.splice(0)) this.onDrop(item);
  }
}
