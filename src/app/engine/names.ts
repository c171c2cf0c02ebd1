/** Names of directions are their own, since formulas and people call directions by them. */
import { renamed } from '../../core/combining/expression.js';
import type { SteerboardDocument } from '../../core/formats/index.js';

const longest = 80;

/** The name itself where it is free, else with the next number behind it: “animals 2”. No name stays none. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (name === '' || !taken.has(name)) return name;
  for (let number = 2; ; number++) {
    const numbered = `${name.slice(0, longest - 1 - String(number).length)} ${number}`;
    if (!taken.has(numbered)) return numbered;
  }
}

/** Each with a name that neither those before it nor `taken` have. */
export function freeNames(names: readonly string[], taken: Iterable<string>): readonly string[] {
  const used = new Set(taken);
  return names.map((name) => {
    const own = used.has(name) ? freeName(name, new Set([...used, ...names])) : name;
    used.add(own);
    return own;
  });
}

/** The document with names that are free here; its formulas go on meaning its own directions. */
export function withFreeNames(document: SteerboardDocument, taken: Iterable<string>): SteerboardDocument {
  const before = document.directions.map(({ name }) => name);
  const names = freeNames(before, taken);
  // Of two that have one name in the document, a formula there means the first.
  const changes = before.flatMap((name, index) =>
    names[index] !== name && before.indexOf(name) === index ? [[name, names[index]!] as const] : [],
  );
  const inFormula = (expression: string): string =>
    changes.reduce((text, [from, to]) => renamed(text, from, to) ?? text, expression);
  return {
    ...document,
    directions: document.directions.map((direction, index) => ({
      ...direction,
      name: names[index]!,
      ...(direction.expression !== undefined && { expression: inFormula(direction.expression) }),
    })),
  };
}
