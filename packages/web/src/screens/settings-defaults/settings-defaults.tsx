import type { DefaultSettings } from '@syncline/contract/settings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { problemOf } from '../../api/problem.ts';
import { settingsApi, settingsQueries } from '../../api/settings-api.ts';
import { Check } from '../../components/check.tsx';
import { Faces } from '../../components/faces.tsx';
import { Page } from '../../components/page.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useWords } from '../../words/use-words.ts';
import { SettingsForm, useDraft } from '../settings/settings-form.tsx';
import { SettingsTabs } from '../settings/settings-tabs.tsx';

/** N114: what a lead gets where the person has no last name or company. */
export const SettingsDefaultsScreen = () => {
  const { words } = useWords();
  const page = useQuery(settingsQueries.defaults());
  return (
    <Page title={words.settings.title} width="narrow">
      <SettingsTabs />
      <Faces query={page}>{(data) => <DefaultsForm stored={data} />}</Faces>
    </Page>
  );
};

const orNone = (text: string): string | null => (text.trim() === '' ? null : text.trim());

const DefaultsForm = ({ stored }: { readonly stored: DefaultSettings }) => {
  const { words } = useWords();
  const client = useQueryClient();
  const { draft, changes, change, saved } = useDraft({
    lastName: stored.lastName ?? '',
    company: stored.company ?? '',
    saveDuplicates: stored.saveDuplicates,
  });
  const save = useMutation({
    mutationFn: (page: DefaultSettings) => settingsApi.saveDefaults(page),
    onSuccess: (_, page) => {
      client.setQueryData(settingsQueries.defaults().queryKey, page);
      saved({
        lastName: page.lastName ?? '',
        company: page.company ?? '',
        saveDuplicates: page.saveDuplicates,
      });
    },
  });
  return (
    <SettingsForm
      label={words.pages.tabs.defaults}
      changes={changes}
      mistakes={[]}
      isPending={save.isPending}
      isSaved={save.isSuccess}
      problem={save.error === null ? null : problemOf(save.error)}
      onSave={() =>
        save.mutate({
          lastName: orNone(draft.lastName),
          company: orNone(draft.company),
          saveDuplicates: draft.saveDuplicates,
        })
      }
    >
      <div>
        <h2>{words.pages.tabs.defaults}</h2>
        <p className="muted">{words.pages.defaultsLead}</p>
      </div>
      <TextField
        name="lastName"
        label={words.pages.lastName}
        value={draft.lastName}
        onChange={(lastName) => change({ lastName })}
        hint={words.pages.defaultsHint}
      />
      <TextField
        name="company"
        label={words.pages.company}
        value={draft.company}
        onChange={(company) => change({ company })}
        hint={words.pages.defaultsHint}
      />
      <Check
        isChecked={draft.saveDuplicates}
        onChange={(saveDuplicates) => change({ saveDuplicates })}
        hint={words.pages.saveDuplicatesHint}
      >
        {words.pages.saveDuplicates}
      </Check>
    </SettingsForm>
  );
};
