/** A direction's name as part of a file's: letters, digits and hyphens, at most 60. */
export function fileStem(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60) || 'direction';
}

/** One name a direction, with a number where two would be the same. */
export function fileStems(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const stem = fileStem(name);
    let free = stem;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem}-${number}`;
    taken.add(free.toLowerCase());
    return free;
  });
}
