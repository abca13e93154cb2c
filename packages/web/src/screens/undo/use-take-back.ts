import type { PersonField } from '@syncline/contract/people';
import type { FieldValue } from '@syncline/contract/shared';
import type { Undo, UndoStay, UndoTarget } from '@syncline/contract/undo';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { problemOf, wordsOfProblem } from '../../api/problem.ts';
import { toast } from '../../components/toasts.tsx';
import { useWords } from '../../words/use-words.ts';

const ASK_EVERY_MS = 250;
const ASK_TIMES = 40;

/** The undo when it has ended, or as far as it is after ten seconds. */
const untilEnded = async (begun: Undo): Promise<Undo> => {
  let undo = begun;
  for (let asked = 0; !undo.isEnded && asked < ASK_TIMES; asked += 1) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    undo = await api.undoOf(begun.undoId);
  }
  return undo;
};

/** Takes back what was done a moment ago, and says what came of it: the words of a toast, which outlives the screen it was asked on. */
export const useTakeBack = (): ((target: UndoTarget, label: string) => Promise<void>) => {
  const { words } = useWords();
  const client = useQueryClient();
  const why = (stay: UndoStay | undefined): string => words.undo.whys[stay ?? 'changed'];
  return async (target, label) => {
    try {
      const undo = await untilEnded(await api.undo(target, crypto.randomUUID()));
      if (!undo.isEnded) toast(words.undo.onItsWay(label));
      else if (undo.changed > 0) toast(words.undo.taken(label));
      else toast(words.undo.notTaken(label, why(undo.stays[0]?.why)), 'bad');
    } catch (error) {
      toast(wordsOfProblem(problemOf(error), words).title, 'bad');
    }
    await client.invalidateQueries({ queryKey: ['people'] });
  };
};

/** A company's value has no line of a person's: it is edited back, if it is still what was saved (MRG20). */
export const useTakeBackCompany = (): ((edit: CompanyEdit) => Promise<void>) => {
  const { words } = useWords();
  const client = useQueryClient();
  return async ({ personId, field, before, saved }) => {
    try {
      const { fields } = await api.person(personId);
      if (fields.find((each) => each.field === field.field)?.ours === saved) {
        await api.changePerson(personId, { fields: { [field.field]: before } });
        toast(words.undo.taken(field.label));
      } else toast(words.undo.notTaken(field.label, words.undo.whys.changed), 'bad');
    } catch (error) {
      toast(wordsOfProblem(problemOf(error), words).title, 'bad');
    }
    await client.invalidateQueries({ queryKey: ['people'] });
  };
};

interface CompanyEdit {
  readonly personId: number;
  readonly field: Pick<PersonField, 'field' | 'label'>;
  readonly before: FieldValue;
  /** As the server has it. */
  readonly saved: FieldValue | undefined;
}
