import { ScrollArea, Table } from '@mantine/core';
import { useState } from 'react';
import type { DrawingPlace } from '../../../engine/drawing.js';
import { plainNumber } from '../../../look/numbers.js';
import { pointsOf } from '../../../plots/planeScene.js';
import { angleOf, type Arrow } from './arrows.js';
import { labelsOf } from './labels.js';

/** Rows of a side that are listed: a screen reader does not want thousands. */
const mostListed = 200;

/** What the plane shows, without seeing it. */
export function PlaneTable({ place, arrows }: { readonly place: DrawingPlace; readonly arrows: readonly Arrow[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="plane-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="quiet">As a table</summary>
      {open && <Rows place={place} arrows={arrows} />}
    </details>
  );
}

function Rows({ place, arrows }: { readonly place: DrawingPlace; readonly arrows: readonly Arrow[] }) {
  const { plane, wanted } = place;
  const labels = labelsOf(wanted.texts);
  const sides = [
    { name: 'positive', points: pointsOf(plane.positive), labels: labels.positive },
    { name: 'negative', points: pointsOf(plane.negative), labels: labels.negative },
  ];
  return (
    <ScrollArea.Autosize mah={260} type="auto">
      <Table withRowBorders={false} fz={12}>
        <Table.Caption>
          x: {wanted.names[0]}; y: {wanted.names[1]}; from the texts’ mean, in the residuals’ unit
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>what</Table.Th>
            <Table.Th>x</Table.Th>
            <Table.Th>y</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {arrows.map(({ entry, tip }) => (
            <Row
              key={entry.id}
              what={`arrow ${entry.name || 'unnamed'}, at ${plainNumber(angleOf(tip), 0)}°`}
              x={tip.x}
              y={tip.y}
            />
          ))}
          {sides.flatMap(({ name, points, labels: texts }) =>
            points
              .slice(0, mostListed)
              .map(({ x, y }, index) => (
                <Row key={`${name} ${index}`} what={`${name}: ${texts[index] ?? ''}`} x={x} y={y} />
              )),
          )}
        </Table.Tbody>
      </Table>
      {sides.some(({ points }) => points.length > mostListed) && (
        <p className="quiet">The first {mostListed} of each side are listed.</p>
      )}
    </ScrollArea.Autosize>
  );
}

function Row({ what, x, y }: { readonly what: string; readonly x: number; readonly y: number }) {
  return (
    <Table.Tr>
      <Table.Td>{what}</Table.Td>
      <Table.Td>{plainNumber(x, 1)}</Table.Td>
      <Table.Td>{plainNumber(y, 1)}</Table.Td>
    </Table.Tr>
  );
}
