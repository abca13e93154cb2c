import type { Decision } from '@syncline/contract/person-why';
import { useQuery } from '@tanstack/react-query';
import { ArrowRight } from 'lucide-react';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Faces } from '../../components/faces.tsx';
import { Value } from '../../components/field-value.tsx';
import { type Spoken, useWords } from '../../words/use-words.ts';
import { ReverseButton } from '../conflicts/conflicts.tsx';
import { causeWord } from './history.tsx';

export interface WhyValueProps {
  readonly personId: number;
  readonly field: string;
  readonly label: string;
  readonly onClose: () => void;
}

/** Every act that moved one field of one person, the newest first. */
export const WhyValue = ({ personId, field, label, onClose }: WhyValueProps) => {
  const { words } = useWords();
  const why = useQuery(queries.decisions(personId, field));
  return (
    <Dialog title={words.person.whyValue(label)} isOpen onClose={onClose}>
      <Faces query={why}>
        {({ decisions }) =>
          decisions.length === 0 ? (
            <p className="muted">{words.person.noDecision}</p>
          ) : (
            <ol className="timeline decisions">
              {decisions.map((decision, place) => (
                // Two may bear the same moment, so their place tells them apart.
                <li key={`${decision.at} ${place}`} className="stack tight">
                  <DecisionLine decision={decision} />
                </li>
              ))}
            </ol>
          )
        }
      </Faces>
      <div className="actions">
        <Button onPress={onClose} autoFocus>
          {words.common.close}
        </Button>
      </div>
    </Dialog>
  );
};

/** What happened, as a sentence. Pure. */
const sentenceOf = (decision: Decision, { words, formats }: Spoken): string => {
  const time = formats.time(decision.at, new Date());
  const run = decision.runId === null ? '' : ` ${words.person.run(decision.runId)}.`;
  const said = words.person.decisions;
  switch (decision.kind) {
    case 'waiting':
      return said.waiting(time);
    case 'sent':
      return said.sent(time) + run;
    case 'load':
      return said.load(time);
    case 'salesforce':
      return said.salesforce(decision.by ?? said.somebody, time) + run;
    case 'conflict':
      return said.conflict(time) + run;
    case 'withdrawn':
      return said.withdrawn(time) + run;
    case 'other':
      return `${causeWord(decision.cause, words)}, ${time}.${run}`;
  }
};

const DecisionLine = ({ decision }: { readonly decision: Decision }) => {
  const voice = useWords();
  const { words } = voice;
  const { conflict } = decision;
  return (
    <>
      <p>{sentenceOf(decision, voice)}</p>
      {conflict === null ? (
        <p className="change">
          <span className="visually-hidden">{words.person.before} </span>
          <span className="inline-value">
            <Value value={decision.before} />
          </span>{' '}
          <ArrowRight aria-hidden size={12} style={{ verticalAlign: 'middle' }} />{' '}
          <span className="visually-hidden">{words.person.after} </span>
          <span className="inline-value">
            <Value value={decision.after} isStrong />
          </span>
        </p>
      ) : (
        <>
          <dl className="facts caption">
            <dt>{words.conflicts.ours}</dt>
            <dd>
              <Value value={conflict.ours} isStrong={conflict.winner === 'marketing'} />
            </dd>
            <dt>{words.conflicts.theirs}</dt>
            <dd>
              <Value value={conflict.theirs} isStrong={conflict.winner === 'salesforce'} />
            </dd>
            <dt>{words.conflicts.base}</dt>
            <dd>
              <Value value={conflict.base} />
            </dd>
            <dt>{words.conflicts.decision}</dt>
            <dd>{words.conflicts.winners[conflict.winner]}</dd>
          </dl>
          <span>
            <ReverseButton row={conflict} />
          </span>
        </>
      )}
    </>
  );
};
