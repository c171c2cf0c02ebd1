import { MultiSelect } from '@mantine/core';
import { useEffect, useState } from 'react';
import { loadContent } from '../../engine/experiments/beginning.js';
import type { Content } from '../../engine/experiments/content.js';
import { mostCompared, useExperiments } from '../../stores/experiments.js';
import { CompareTable, type Compared } from './CompareTable.js';

/** Two or three experiments side by side, as they were kept: the model does not run. */
export function ComparePage() {
  const { list, compared } = useExperiments();
  const chosen = list
    .filter(({ id }) => compared.includes(id))
    .sort((a, b) => compared.indexOf(a.id) - compared.indexOf(b.id));
  const contents = useContents(
    chosen.map(({ id, changed }) => `${id} ${changed}`).join(),
    chosen.map(({ id }) => id),
  );
  const columns: readonly Compared[] = chosen.flatMap(({ id, name }) => {
    const content = contents.get(id);
    return content ? [{ name, content }] : [];
  });
  return (
    <div className="stack">
      <MultiSelect
        label="Experiments"
        description="Two or three, in the order in which you choose them."
        data={list.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen.map(({ id }) => id)}
        maxValues={mostCompared}
        searchable
        nothingFoundMessage="None is called so."
        onChange={(ids) => useExperiments.setState({ compared: ids })}
      />
      {columns.length < 2 ? (
        <p className="quiet">
          {list.length < 2
            ? 'There is one experiment so far. Choose Duplicate in its menu, change the copy, and the two are shown here side by side.'
            : 'Choose two or three to see their settings, texts and figures side by side.'}
        </p>
      ) : (
        <CompareTable columns={columns} />
      )}
    </div>
  );
}

/** @param version changes when what is kept of one of them does */
function useContents(version: string, ids: readonly string[]): ReadonlyMap<string, Content> {
  const [contents, setContents] = useState<ReadonlyMap<string, Content>>(new Map());
  useEffect(() => {
    let wanted = true;
    void Promise.all(ids.map(async (id) => [id, await loadContent(id)] as const)).then((read) => {
      if (wanted) setContents(new Map(read.flatMap(([id, content]) => (content ? [[id, content] as const] : []))));
    });
    return () => {
      wanted = false;
    };
    // The ids are in the version.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [version]);
  return contents;
}
