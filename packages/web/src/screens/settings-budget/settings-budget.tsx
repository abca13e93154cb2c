import type { ApiBudget } from '@syncline/contract/budget';
import { type BudgetSettings, SETTING_RANGES } from '@syncline/contract/settings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { settingsApi, settingsQueries } from '../../api/settings-api.ts';
import { Faces } from '../../components/faces.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Page } from '../../components/page.tsx';
import { Tile } from '../../components/tile.tsx';
import { useWords } from '../../words/use-words.ts';
import { SettingsForm, useDraft } from '../settings/settings-form.tsx';
import { SettingsTabs } from '../settings/settings-tabs.tsx';
import { percentRange, readWhole, toPercent } from '../settings/whole-number.ts';

const NAMES = ['share', 'slowAt', 'pauseAt'] as const;
type Name = (typeof NAMES)[number];
type Draft = Readonly<Record<Name, string>>;

const draftOf = (page: BudgetSettings): Draft => ({
  share: toPercent(page.share),
  slowAt: toPercent(page.slowAt),
  pauseAt: toPercent(page.pauseAt),
});

const readShare = (draft: Draft, name: Name): number | null =>
  readWhole(draft[name], percentRange(SETTING_RANGES[name]));

/** How much of the org's API calls may Syncline take? */
export const SettingsBudgetScreen = () => {
  const { words } = useWords();
  const page = useQuery(settingsQueries.budget());
  const usage = useQuery(queries.apiBudget());
  return (
    <Page title={words.settings.title} width="narrow">
      <SettingsTabs />
      <Faces query={usage}>{(data) => <Usage usage={data} />}</Faces>
      <Faces query={page}>{(data) => <BudgetForm stored={data} />}</Faces>
    </Page>
  );
};

const Usage = ({ usage }: { readonly usage: ApiBudget }) => {
  const { words, formats } = useWords();
  const limit = (calls: number | null): string => (calls === null ? '–' : formats.number(calls));
  return (
    <div className="tiles">
      <Tile
        name={words.pages.used}
        value={formats.number(usage.ourCalls)}
        note={words.pages.usedOf(usage.ourCalls, limit(usage.ourLimitCalls))}
      />
      <Tile
        name={words.pages.orgUsed}
        value={usage.usedCalls === null ? '–' : formats.number(usage.usedCalls)}
        note={
          usage.readAt === null || usage.usedCalls === null
            ? words.common.never
            : `${words.pages.usedOf(usage.usedCalls, limit(usage.limitCalls))}, ${words.pages.readAt(formats.time(usage.readAt, new Date()))}`
        }
      />
    </div>
  );
};

const BudgetForm = ({ stored }: { readonly stored: BudgetSettings }) => {
  const { words, formats } = useWords();
  const client = useQueryClient();
  const { draft, changes, change, saved } = useDraft(draftOf(stored));
  const save = useMutation({
    mutationFn: (page: BudgetSettings) => settingsApi.saveBudget(page),
    onSuccess: async (_, page) => {
      client.setQueryData(settingsQueries.budget().queryKey, page);
      saved(draftOf(page));
      await client.invalidateQueries({ queryKey: queries.apiBudget().queryKey });
    },
  });
  const labels = { share: words.pages.share, slowAt: words.pages.slowAt, pauseAt: words.pages.pauseAt };
  const read = {
    share: readShare(draft, 'share'),
    slowAt: readShare(draft, 'slowAt'),
    pauseAt: readShare(draft, 'pauseAt'),
  };
  const mistakes = [
    ...NAMES.filter((name) => read[name] === null).map((name) => {
      const { min, max } = percentRange(SETTING_RANGES[name]);
      return { field: name, message: words.pages.wrongNumber(labels[name], formats.number(min), formats.number(max)) };
    }),
    ...(read.slowAt !== null && read.pauseAt !== null && read.slowAt >= read.pauseAt
      ? [{ field: 'slowAt', message: words.pages.slowBelow }]
      : []),
  ];
  const field = (name: Name, unit: string) => (
    <NumberField
      name={name}
      label={labels[name]}
      unit={unit}
      value={draft[name]}
      onChange={(value) => change({ [name]: value })}
      error={mistakes.find((mistake) => mistake.field === name)?.message}
    />
  );
  return (
    <SettingsForm
      label={words.pages.tabs.budget}
      changes={changes}
      mistakes={mistakes}
      isPending={save.isPending}
      isSaved={save.isSuccess}
      problem={save.error === null ? null : problemOf(save.error)}
      onSave={() => {
        const { share, slowAt, pauseAt } = read;
        if (share !== null && slowAt !== null && pauseAt !== null)
          save.mutate({ share: share / 100, slowAt: slowAt / 100, pauseAt: pauseAt / 100 });
      }}
    >
      <div>
        <h2>{words.pages.tabs.budget}</h2>
        <p className="muted">{words.pages.budgetLead}</p>
      </div>
      <div className="settings-fields">
        {field('share', words.pages.percent)}
        {field('slowAt', `${words.pages.percent} ${words.pages.ofShare}`)}
        {field('pauseAt', `${words.pages.percent} ${words.pages.ofShare}`)}
      </div>
    </SettingsForm>
  );
};
