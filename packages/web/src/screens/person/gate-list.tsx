import type { PersonGates } from '@syncline/contract/person-why';
import { useQuery } from '@tanstack/react-query';
import { Check, Minus, OctagonX } from 'lucide-react';
import { useState } from 'react';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Faces } from '../../components/faces.tsx';
import { useWords } from '../../words/use-words.ts';

const ICONS = { open: Check, closed: OctagonX, not_reached: Minus } as const satisfies Record<
  PersonGates['gates'][number]['state'],
  typeof Check
>;

/** All gates between a person and Salesforce, in the order in which they are asked (ERR4); shown on demand. */
export const GateList = ({ personId }: { readonly personId: number }) => {
  const { words } = useWords();
  const [isOpen, setOpen] = useState(false);
  const gates = useQuery({ ...queries.gates(personId), enabled: isOpen });
  return (
    <div className="stack tight">
      <span>
        <Button isSmall look="quiet" onPress={() => setOpen(!isOpen)}>
          {isOpen ? words.person.hideGates : words.person.showGates}
        </Button>
      </span>
      {isOpen ? (
        <Faces query={gates}>
          {(data) => (
            <ol className="gates">
              {data.gates.map((gate) => {
                const Icon = ICONS[gate.state];
                return (
                  <li key={gate.gate} data-state={gate.state}>
                    <Icon aria-hidden />
                    <span>{words.person.gateNames[gate.gate]}</span>
                    <span className="muted caption">{words.person.gateStates[gate.state]}</span>
                  </li>
                );
              })}
            </ol>
          )}
        </Faces>
      ) : null}
    </div>
  );
};
