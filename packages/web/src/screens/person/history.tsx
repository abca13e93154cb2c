import type { JournalLine, Person, PersonLink } from '@syncline/contract/people';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../components/badge.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { Value } from '../../components/field-value.tsx';
import { Section } from '../../components/page.tsx';
import { Select } from '../../components/select.tsx';
import { When } from '../../components/time.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { objectWord } from '../activity/activity.tsx';
import { UndoButton } from '../undo/undo-button.tsx';

/** Every Salesforce id the person ever had. */
export const Identity = ({ links }: { readonly links: readonly PersonLink[] }) => {
  const { words, formats } = useWords();
  return (
    <Section title={words.person.identity}>
      {links.length === 0 ? (
        <p className="muted">{words.person.noLinks}</p>
      ) : (
        <ol className="links">
          {links.map((link) => (
            <li key={link.salesforceId} data-live={link.state === 'live' ? '' : undefined}>
              <span className="row">
                <strong>{objectWord(link.object, words)}</strong>
                <Badge kind="link" state={link.state} />
              </span>
              <CopyValue value={link.salesforceId} />
              <span className="muted caption number">
                {link.to === null
                  ? words.person.from(formats.dateTime(link.from))
                  : words.person.until(formats.dateTime(link.from), formats.dateTime(link.to))}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
};

export const causeWord = (cause: string, words: Words): string => {
  const known: Readonly<Record<string, string>> = words.person.causes;
  return known[cause] ?? words.person.otherCause(cause);
};

/** What happened to the person, the newest first, narrowed to one kind. */
export const Timeline = ({ person }: { readonly person: Person }) => {
  const { words } = useWords();
  const [kind, setKind] = useState('all');
  const kinds = [...new Set(person.journal.map((line) => line.cause))];
  const lines = person.journal.filter((line) => kind === 'all' || line.cause === kind);
  return (
    <Section
      title={words.person.timeline}
      beside={
        kinds.length < 2 ? undefined : (
          <Select
            label={words.person.kind}
            value={kind}
            options={[
              { value: 'all', label: words.common.all },
              ...kinds.map((cause) => ({ value: cause, label: causeWord(cause, words) })),
            ]}
            onChange={setKind}
          />
        )
      }
    >
      {lines.length === 0 ? (
        <p className="muted">{words.person.noJournal}</p>
      ) : (
        <ol className="timeline">
          {lines.map((line, index) => (
            // Two lines may bear the same moment, so their place tells them apart.
            <li key={`${line.at} ${index}`}>
              <Line line={line} personId={person.person.personId} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
};

const Line = ({ line, personId }: { readonly line: JournalLine; readonly personId: number }) => {
  const { words, formats } = useWords();
  const cause = causeWord(line.cause, words);
  return (
    <>
      <span className="row timeline-head">
        <strong>{cause}</strong>
        {line.isUndoable ? (
          <UndoButton
            target={{ kind: 'edit', id: line.journalId, personId }}
            label={words.undo.editOf(cause, formats.time(line.at, new Date()))}
            isSmall
          >
            {words.undo.verb}
          </UndoButton>
        ) : null}
      </span>
      <p className="muted caption">
        <When at={line.at} />
        {line.runId === null ? null : (
          <>
            {' · '}
            <Link to="/activity/$runId" params={{ runId: String(line.runId) }}>
              {words.person.run(line.runId)}
            </Link>
          </>
        )}
        {line.by === null ? null : ` · ${words.undo.by(line.by)}`}
        {line.undo === null ? null : (
          <>
            {' · '}
            <Link to="/undos/$undoId" params={{ undoId: String(line.undo.undoId) }}>
              {words.undo.toUndo(line.undo.undoId)}
            </Link>
          </>
        )}
      </p>
      {line.changes.map((change) => (
        <p key={change.field} className="change">
          <code className="caption">{change.field}</code>{' '}
          <span className="visually-hidden">{words.person.before} </span>
          <Inline>{<Value value={change.before} />}</Inline>{' '}
          <ArrowRight aria-hidden size={12} style={{ verticalAlign: 'middle' }} />{' '}
          <span className="visually-hidden">{words.person.after} </span>
          <Inline>{<Value value={change.after} />}</Inline>
        </p>
      ))}
    </>
  );
};

const Inline = ({ children }: { readonly children: React.ReactNode }) => (
  <span className="inline-value">{children}</span>
);
