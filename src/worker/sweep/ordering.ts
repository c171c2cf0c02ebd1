export function inOrder<Item>(items: readonly Item[], by: (item: Item) => number): readonly Item[] {
  return items.toSorted((a, b) => by(a) - by(b));
}

export function groupBy<Item, Key>(items: readonly Item[], by: (item: Item) => Key): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group) group.push(item);
    else groups.set(by(item), [item]);
  }
  return groups;
}
