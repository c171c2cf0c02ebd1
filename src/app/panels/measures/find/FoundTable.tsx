import { ScrollArea, Table } from '@mantine/core';
import type { ReportLine } from '../../../../core/autopilot/index.js';
import { plainNumber } from '../../../look/numbers.js';
import type { Found } from '../../../stores/find.js';
import { Term } from '../Term.js';
import { intervalMeans, klMeans } from '../terms.js';
import { lineNames, stateOf, unitOf, unwrittenWords, withInterval } from './words.js';

/** The choice beside what it has to beat, all on prompts that it was not chosen on. */
export function FoundTable({ lines, found }: { readonly lines: readonly ReportLine[]; readonly found: Found }) {
  const { sought } = found;
  const { unit, unitMeans } = unitOf(sought);
  const unwritten = unwrittenWords(lines, sought);
  return (
    <div>
      <p className="quiet find-about">
        On prompts that were not used to choose. Effect: gain over the unsteered text, in{' '}
        <Term means={unitMeans}>{unit}</Term>, with its <Term means={intervalMeans}>95 % interval</Term>. Cost: in{' '}
        <Term means={klMeans}>nats of KL a token</Term>.
      </p>
      <ScrollArea type="auto">
        <Table withRowBorders={false} fz={12} className="find-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>more of {sought.name} by</Table.Th>
              <Table.Th>effect</Table.Th>
              <Table.Th>cost</Table.Th>
              <Table.Th>state of the text</Table.Th>
              <Table.Th>texts</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lines.map((line) => (
              <Line key={line.kind} line={line} found={found} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {unwritten !== '' && <p className="notice find-about">{unwritten}</p>}
    </div>
  );
}

function Line({ line, found: { sought, asSet } }: { readonly line: ReportLine; readonly found: Found }) {
  const { kind, point, judgement } = line;
  return (
    <Table.Tr>
      <Table.Th scope="row" title={kind === 'asSet' ? (asSet ?? undefined) : undefined}>
        {lineNames(sought)[kind]}
      </Table.Th>
      <Table.Td>{withInterval(point.effect, point.interval)}</Table.Td>
      <Table.Td>{plainNumber(point.cost)}</Table.Td>
      <Table.Td title={judgement.reasons.join('; ')}>{stateOf(line)}</Table.Td>
      <Table.Td>{point.texts}</Table.Td>
    </Table.Tr>
  );
}
