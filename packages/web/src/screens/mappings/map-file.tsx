import { MapFile } from '@syncline/contract/mappings';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { api } from '../../api/client.ts';
import { ApiFailure, localProblem, problemOf } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { Failed } from '../../components/failed.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';

const parse = (text: string): MapFile => {
  try {
    return MapFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new ApiFailure(localProblem('file-wrong'), { cause });
  }
};

/** The map leaves as a file, and what a file says otherwise comes back as edits. */
export const MapAsFile = ({ onEdited }: { readonly onEdited: () => Promise<void> }) => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const input = useRef<HTMLInputElement>(null);
  const take = useMutation({
    mutationFn: async (file: File) => api.importMap(parse(await file.text())),
    onSuccess: onEdited,
  });
  return (
    <>
      <a className="button secondary small" href="/api/field-maps/export" download="field-map.json">
        {words.mappings.exportMap}
      </a>
      <Button isSmall isDisabled={!mayAdminister} isPending={take.isPending} onPress={() => input.current?.click()}>
        {words.mappings.importMap}
      </Button>
      <input
        ref={input}
        type="file"
        accept="application/json"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={words.mappings.importMap}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file !== undefined) take.mutate(file);
        }}
      />
      {take.isSuccess && take.data.draft === null ? (
        <span className="muted" role="status">
          {words.mappings.importedSame}
        </span>
      ) : null}
      {take.error === null ? null : <Failed problem={problemOf(take.error)} live="assertive" hideLink />}
    </>
  );
};
