/** The words in a line of typing, with commas, semicolons or line breaks between them; one that is there twice counts once. */
export function wordsIn(typed: string): readonly string[] {
  const words = typed.split(/[,;\n]/).map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ''))];
}
