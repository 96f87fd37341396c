import type { Abilities, FaultKind } from '../fault.js';
import { backendFaults } from './backend.js';
import { brokerFaults } from './broker.js';
import { databaseFaults } from './database.js';
import { machineFaults } from './machine.js';
import { networkFaults } from './network.js';
import { processFaults } from './processes.js';
import { serviceFaults } from './services.js';
import { temporalFaults } from './temporal.js';

export const faultKinds: readonly FaultKind[] = [
  ...processFaults,
  ...serviceFaults,
  ...networkFaults,
  ...temporalFaults,
  ...databaseFaults,
  ...backendFaults,
  ...brokerFaults,
  ...machineFaults,
];

/** @throws where a plan names a kind that does not exist. */
export function faultKind(name: string): FaultKind {
  const found = faultKinds.find(({ kind }) => kind === name);
  if (found === undefined) throw new Error(`There is no fault "${name}".`);
  return found;
}

/**
 * The kinds a run draws from.
 * @param only families and kinds; all where it is empty.
 * @throws where it names what there is not.
 */
export function chosenKinds(
  abilities: Abilities,
  only: readonly string[],
): { readonly kinds: readonly FaultKind[]; readonly leftOut: readonly FaultKind[] } {
  const unknown = only.filter(
    (name) => !faultKinds.some(({ kind, family }) => [kind, family].includes(name as never)),
  );
  if (unknown.length > 0) {
    throw new Error(
      `There is no fault "${unknown.join('", "')}". There are: ${faultKinds.map(({ kind }) => kind).join('; ')}`,
    );
  }
  const wanted = faultKinds.filter(
    ({ kind, family }) => only.length === 0 || only.includes(kind) || only.includes(family),
  );
  const isPossible = ({ needs }: FaultKind) => needs === undefined || abilities[needs];
  return { kinds: wanted.filter(isPossible), leftOut: wanted.filter((kind) => !isPossible(kind)) };
}
