import './undo.css';
import type { UndoLook, UndoTarget } from '@syncline/contract/undo';
import { UNDO_COUNTED_FROM } from '@syncline/contract/undo';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Value } from '../../components/field-value.tsx';
import { Notice } from '../../components/notice.tsx';
import { RadioCards } from '../../components/radio-cards.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useWords } from '../../words/use-words.ts';
import { objectWord } from '../activity/activity.tsx';

interface UndoDialogProps {
  readonly target: UndoTarget;
  readonly onClose: () => void;
}

/** Nobody reads tenths of a second as an answer. */
const SHORT_MS = 1_000;

/** What would go back, what stays and what it costs; above 50 people their number is typed. Its outcome has a page of its own. */
export const UndoDialog = ({ target: given, onClose }: UndoDialogProps) => {
  const { words } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isMass, setMass] = useState(false);
  const [typed, setTyped] = useState('');
  const key = useRef(crypto.randomUUID());
  const target: UndoTarget = isMass ? { ...given, kind: 'mass_edit' } : given;
  const own = useQuery(queries.undoLook(given));
  const look = useQuery(queries.undoLook(target));
  const people = look.data?.people ?? 0;
  const begin = useMutation({
    mutationFn: () => api.undo({ ...target, people }, `${key.current}-${target.kind}`),
    onSuccess: async (undo) => {
      client.setQueryData(queries.undoOf(undo.undoId).queryKey, undo);
      await client.invalidateQueries({ queryKey: ['people'] });
      await navigate({ to: '/undos/$undoId', params: { undoId: String(undo.undoId) } });
    },
    // It may be another number by now.
    onError: () => client.invalidateQueries({ queryKey: ['undo-look'] }),
  });
  const isCounted = people >= UNDO_COUNTED_FROM;
  const problem = begin.error ?? look.error;
  return (
    <ConfirmDialog
      title={words.undo.titles[given.kind](given.id)}
      verb={people === 0 ? words.undo.verb : words.undo.verbCounted(people)}
      isOpen
      isPending={begin.isPending}
      isVerbDisabled={people === 0 || (isCounted && typed.trim() !== String(people))}
      problem={problem === null ? null : problemOf(problem)}
      onConfirm={() => begin.mutate()}
      onClose={onClose}
    >
      <p className="muted">{words.undo.lead}</p>
      {own.data?.massPeople == null ? null : (
        <RadioCards
          label={words.undo.scope}
          value={isMass ? 'all' : 'one'}
          cards={[
            { value: 'one', title: words.undo.onlyThis, note: words.undo.onlyThisNote },
            { value: 'all', title: words.undo.everybody(own.data.massPeople), note: words.undo.everybodyNote },
          ]}
          onChange={(value) => {
            setMass(value === 'all');
            setTyped('');
            begin.reset();
          }}
        />
      )}
      <div role="status" className="stack">
        {look.data !== undefined ? (
          <Looked look={look.data} />
        ) : look.error === null ? (
          <p className="muted">{words.undo.counting}</p>
        ) : null}
      </div>
      {isCounted ? (
        <TextField
          name="count"
          label={words.undo.typeCount(people)}
          hint={words.undo.typeHint}
          value={typed}
          onChange={setTyped}
        />
      ) : null}
    </ConfirmDialog>
  );
};

/** The consequences, counted, on both sides. */
const Looked = ({ look }: { readonly look: UndoLook }) => {
  const { words, formats } = useWords();
  const { records, calls, durationMs } = look.there;
  return (
    <>
      {look.people === 0 ? (
        <p>
          <strong>{words.undo.nobody}</strong>
        </p>
      ) : (
        <div className="stack tight">
          <p>
            <strong className="number">{words.undo.goesBack(look.people)}</strong>
          </p>
          <ul className="undo-list number">
            {look.fields.map(({ object, field, label, people }) => (
              <li key={`${object} ${field}`}>{words.undo.ofField(label, people)}</li>
            ))}
          </ul>
          <Samples summary={words.undo.samples(look.samples.length)} samples={look.samples} />
        </div>
      )}
      {look.people === 0 ? null : (
        <p className="number">
          {records === 0
            ? words.undo.nothingThere
            : words.undo.there(
                records,
                calls,
                formats.range(Math.max(durationMs.low, SHORT_MS), Math.max(durationMs.high, SHORT_MS)),
              )}
        </p>
      )}
      {look.brakes.map(({ object, left }) => (
        <Notice key={object} tone="hold">
          <p>{words.undo.brake(objectWord(object, words), left)}</p>
        </Notice>
      ))}
      {look.stays.length === 0 ? null : (
        <div className="stack tight">
          <p>{words.undo.staysTitle}</p>
          <ul className="undo-list number">
            {look.stays.map(({ why, fields }) => (
              <li key={why}>{words.undo.stays(fields, words.undo.whys[why])}</li>
            ))}
          </ul>
          <Samples summary={words.undo.staysSamples(look.staysSamples.length)} samples={look.staysSamples} />
        </div>
      )}
      {look.made === 0 ? null : <p className="number">{words.undo.made(look.made)}</p>}
      {look.gone === 0 ? null : <p className="number">{words.undo.gone(look.gone)}</p>}
    </>
  );
};

const Samples = ({ summary, samples }: { readonly summary: string; readonly samples: UndoLook['samples'] }) => {
  const { words } = useWords();
  return samples.length === 0 ? null : (
    <details>
      <summary>{summary}</summary>
      <ul className="undo-list">
        {samples.map(({ personId, personName, field, label, now, back }) => (
          <li key={`${personId} ${field}`} className="change">
            {personName ?? words.conflicts.somebody(personId)} · {label}: <Value value={now} />{' '}
            <span aria-hidden>→</span>
            <span className="visually-hidden">{words.brakes.becomes}</span> <Value value={back} isStrong />
          </li>
        ))}
      </ul>
    </details>
  );
};
