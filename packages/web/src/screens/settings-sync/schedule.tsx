import { SETTING_RANGES, type SyncSettings, type SyncSettingsAnswer } from '@syncline/contract/settings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { problemOf } from '../../api/problem.ts';
import { settingsApi, settingsQueries } from '../../api/settings-api.ts';
import { Check } from '../../components/check.tsx';
import { Faces } from '../../components/faces.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { SettingsForm, useDraft } from '../settings/settings-form.tsx';
import { readWhole } from '../settings/whole-number.ts';

const NAMES = [
  'pollEverySeconds',
  'userPollEverySeconds',
  'deepEverySeconds',
  'formulaEveryHours',
  'bulkFromRecords',
  'historyDays',
] as const;
const BRAKE_NAMES = ['brakeSharePercent', 'brakeFloorRecords', 'brakeWindowMinutes'] as const;
const ALL_NAMES = [...NAMES, ...BRAKE_NAMES];
type Name = (typeof ALL_NAMES)[number];
type Draft = Readonly<Record<Name | 'brakeOffReason', string>> & { readonly linksByEmail: boolean };
/** A reason of fewer characters says nothing. */
const REASON_MIN = 3;

const draftOf = (page: SyncSettingsAnswer): Draft => ({
  pollEverySeconds: String(page.pollEverySeconds),
  userPollEverySeconds: String(page.userPollEverySeconds),
  deepEverySeconds: String(page.deepEverySeconds),
  formulaEveryHours: String(page.formulaEveryHours),
  bulkFromRecords: String(page.bulkFromRecords),
  historyDays: String(page.historyDays),
  brakeSharePercent: String(page.brakeSharePercent),
  brakeFloorRecords: String(page.brakeFloorRecords),
  brakeWindowMinutes: String(page.brakeWindowMinutes),
  brakeOffReason: page.brakeOffReason ?? '',
  linksByEmail: page.linksByEmail,
});

/** null where a number is none. */
const pageOf = (draft: Draft): SyncSettings | null => {
  const read = ALL_NAMES.map((name) => [name, readWhole(draft[name], SETTING_RANGES[name])] as const);
  const reason = draft.brakeOffReason.trim();
  if (read.some(([, value]) => value === null) || !isReason(reason)) return null;
  return {
    ...(Object.fromEntries(read) as Record<Name, number>),
    brakeOffReason: reason === '' ? null : reason,
    linksByEmail: draft.linksByEmail,
  };
};

const isReason = (reason: string): boolean => reason.trim() === '' || reason.trim().length >= REASON_MIN;

interface FieldWords {
  readonly label: string;
  readonly unit: string;
  readonly hint?: string;
}

const wordsOf = ({ pages }: Words): Readonly<Record<Name, FieldWords>> => ({
  pollEverySeconds: { label: pages.pollEvery, unit: pages.seconds },
  userPollEverySeconds: { label: pages.userPollEvery, unit: pages.seconds },
  deepEverySeconds: { label: pages.deepEvery, unit: pages.seconds, hint: pages.deepHint },
  formulaEveryHours: { label: pages.formulaEvery, unit: pages.hours, hint: pages.formulaHint },
  bulkFromRecords: { label: pages.bulkFrom, unit: pages.records, hint: pages.bulkHint },
  historyDays: { label: pages.historyDays, unit: pages.days },
  brakeSharePercent: { label: pages.brakeShare, unit: pages.brakeShareUnit },
  brakeFloorRecords: { label: pages.brakeFloor, unit: pages.records },
  brakeWindowMinutes: { label: pages.brakeWindow, unit: pages.minutes },
});

/** How often Salesforce is asked, and what that costs. */
export const Schedule = () => {
  const page = useQuery(settingsQueries.sync());
  return <Faces query={page}>{(data) => <ScheduleForm stored={data} />}</Faces>;
};

const ScheduleForm = ({ stored }: { readonly stored: SyncSettingsAnswer }) => {
  const { words, formats } = useWords();
  const client = useQueryClient();
  const { draft, changes, change, saved } = useDraft(draftOf(stored));
  const save = useMutation({
    mutationFn: (page: SyncSettings) => settingsApi.saveSync(page),
    onSuccess: (page) => {
      client.setQueryData(settingsQueries.sync().queryKey, page);
      saved(draftOf(page));
    },
  });
  const texts = wordsOf(words);
  const wrong = ALL_NAMES.filter((name) => readWhole(draft[name], SETTING_RANGES[name]) === null).map((name) => {
    const { min, max } = SETTING_RANGES[name];
    const message = words.pages.wrongNumber(texts[name].label, formats.number(min), formats.number(max));
    return { field: name as string, message };
  });
  const mistakes = isReason(draft.brakeOffReason)
    ? wrong
    : [...wrong, { field: 'brakeOffReason', message: words.pages.brakeReasonWrong }];
  const fieldsOf = (names: readonly Name[]) => (
    <div className="settings-fields">
      {names.map((name) => (
        <NumberField
          key={name}
          name={name}
          {...texts[name]}
          value={draft[name]}
          onChange={(value) => change({ [name]: value })}
          error={mistakes.find(({ field }) => field === name)?.message}
        />
      ))}
    </div>
  );
  return (
    <SettingsForm
      label={words.pages.schedule}
      changes={changes}
      mistakes={mistakes}
      isPending={save.isPending}
      isSaved={save.isSuccess}
      problem={save.error === null ? null : problemOf(save.error)}
      onSave={() => {
        const page = pageOf(draft);
        if (page !== null) save.mutate(page);
      }}
    >
      <div>
        <h2>{words.pages.schedule}</h2>
        <p className="muted">{words.pages.idleCalls(stored.idleCallsPerDay)}</p>
      </div>
      {fieldsOf(NAMES)}
      <div>
        <h2>{words.pages.brake}</h2>
        <p className="muted">{words.pages.brakeLead}</p>
      </div>
      {fieldsOf(BRAKE_NAMES)}
      <TextField
        name="brakeOffReason"
        label={words.pages.brakeOff}
        hint={words.pages.brakeOffHint}
        value={draft.brakeOffReason}
        onChange={(value) => change({ brakeOffReason: value })}
        error={mistakes.find(({ field }) => field === 'brakeOffReason')?.message}
      />
      <h2>{words.pages.linkByEmail}</h2>
      <Check
        isChecked={draft.linksByEmail}
        onChange={(linksByEmail) => change({ linksByEmail })}
        hint={words.pages.linkByEmailHint}
      >
        {words.pages.linkByEmailCheck}
      </Check>
    </SettingsForm>
  );
};
