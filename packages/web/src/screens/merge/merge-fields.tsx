import { Value } from '../../components/field-value.tsx';
import { useWords } from '../../words/use-words.ts';
import type { Merging } from './merge-draft.ts';

interface MergeFieldsProps {
  readonly merging: Merging;
  readonly onChoose: (field: string, personId: number) => void;
}

/** Side by side, a row a field, a column a person; the value that stays is chosen in the row. */
export const MergeFields = ({ merging, onChoose }: MergeFieldsProps) => {
  const { words } = useWords();
  const said = words.acts.mergePage;
  const { people, fields, winner } = merging;
  if (winner === null || people.length < 2) return null;
  if (fields.length === 0) return <p className="muted">{said.allEqual}</p>;
  const nameOf = (at: number): string => people[at]?.name ?? people[at]?.email ?? words.people.noName;
  return (
    <div className="stack tight">
      <h3 id="merge-values">{said.values}</h3>
      <p className="muted caption">{said.valuesNote}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="merge-fields" tabIndex={0} aria-labelledby="merge-values">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.person.field}</th>
              {people.map(({ personId }, at) => (
                <th key={personId} scope="col">
                  {nameOf(at)} <span className="muted">{said.ourId(personId)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fields.map(({ field, label, isOptOut, values, from }) => (
              <tr key={field}>
                <th scope="row">
                  {label}
                  {isOptOut ? <span className="muted caption merge-note">{said.optOut}</span> : null}
                </th>
                {people.map(({ personId }, at) => (
                  <td key={personId}>
                    <label className="check">
                      <input
                        type="radio"
                        name={`merge-${field}`}
                        aria-label={`${label}: ${nameOf(at)}`}
                        checked={from === personId}
                        disabled={isOptOut}
                        onChange={() => onChoose(field, personId)}
                      />
                      <Value value={values[at] ?? null} isStrong={from === personId} />
                    </label>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
};
