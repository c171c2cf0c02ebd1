/** What there is to know of a fit: texts that count twice, layers without a direction. */
export function FitNotes({ notes = [] }: { readonly notes?: readonly string[] | undefined }) {
  if (notes.length === 0) return null;
  return (
    <ul className="quiet" aria-label="Notes on the fit" style={{ margin: '8px 0 0', paddingInlineStart: 18 }}>
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
