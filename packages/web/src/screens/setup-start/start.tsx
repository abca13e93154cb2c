import type { StartPreview } from '@syncline/contract/setup';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf, shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Check } from '../../components/check.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { Tile } from '../../components/tile.tsx';
import { inReadingOrder } from '../../lib/object-order.ts';
import { useSession } from '../../shell/session.tsx';
import { type Spoken, useWords } from '../../words/use-words.ts';
import { SetupTrail } from '../setup/setup-trail.tsx';

/** What happens when I press it? Counted before it is pressed. */
export const StartScreen = () => {
  const { words } = useWords();
  const { data: status } = useQuery(queries.status());
  const isStarted = status?.stage === 'initial_sync' || status?.stage === 'running';
  return (
    <Page
      title={words.setup.trailSteps.start}
      lead={words.start.lead}
      width="narrow"
      above={<SetupTrail current="start" />}
    >
      {isStarted ? (
        <Notice
          tone="ok"
          title={words.start.started}
          actions={
            <ButtonLink isSmall to="/setup/initial-sync">
              {words.start.toProgress}
            </ButtonLink>
          }
        />
      ) : (
        <Preview />
      )}
    </Page>
  );
};

const Preview = () => {
  const { words } = useWords();
  const preview = useQuery(queries.startPreview());
  return (
    <Faces
      query={preview}
      skeleton={
        <div className="card stack" role="status">
          <p className="muted">{words.start.counting}</p>
          <Skeleton rows={6} />
        </div>
      }
    >
      {(data) => (
        <>
          {data.blockers.map((blocker) => (
            <Failed
              key={`${blocker.code}${JSON.stringify(blocker.detail)}`}
              problem={shownProblem(blocker)}
              onRetry={() => void preview.refetch()}
              isRetrying={preview.isFetching}
            />
          ))}
          <Counts preview={data} />
          <Deed preview={data} />
        </>
      )}
    </Faces>
  );
};

const sharedText = (preview: StartPreview, { words, formats }: Spoken): string | null => {
  if (preview.sharedEmails === null) return null;
  return preview.sharedEmailsIsExact ? formats.number(preview.sharedEmails) : words.common.about(preview.sharedEmails);
};

const Counts = ({ preview }: { readonly preview: StartPreview }) => {
  const voice = useWords();
  const { words, formats } = voice;
  const shared = sharedText(preview, voice);
  const columns: readonly Column<StartPreview['objects'][number]>[] = [
    { key: 'object', title: words.start.object, cell: (row) => words.objects[row.object] },
    { key: 'records', title: words.start.records, cell: (row) => formats.number(row.records), isNumeric: true },
  ];
  return (
    <>
      <div className="tiles">
        <Tile name={words.start.records} value={formats.number(preview.records)} note={words.start.total} />
        <Tile
          name={words.start.time}
          value={formats.range(preview.durationMs.low, preview.durationMs.high)}
          note={words.start.timeNote}
        />
        <Tile
          name={words.start.calls}
          value={formats.number(preview.calls)}
          note={words.start.callsNote(preview.callsLimit)}
        />
        <Tile
          name={words.start.shared}
          value={shared ?? '–'}
          note={shared === null ? words.start.sharedNone : words.start.sharedNote}
        />
      </div>
      <DataTable
        label={words.start.records}
        columns={columns}
        rows={inReadingOrder(preview.objects)}
        rowKey={(row) => row.object}
        foot={
          <tr role="row">
            <th role="rowheader" scope="row">
              {words.start.total}
            </th>
            <td role="cell" className="numeric">
              {formats.number(preview.records)}
            </td>
          </tr>
        }
      />
    </>
  );
};

const Deed = ({ preview }: { readonly preview: StartPreview }) => {
  const voice = useWords();
  const { words, formats } = voice;
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [takesOver, setTakesOver] = useState(false);
  const isKeyed = preview.keyedRecords > 0;
  const start = useMutation({
    mutationFn: () => api.start(takesOver),
    onSuccess: async () => {
      await client.invalidateQueries();
      await navigate({ to: '/setup/initial-sync' });
    },
  });
  const time = formats.range(preview.durationMs.low, preview.durationMs.high);
  return (
    <div className="row spread">
      <ButtonLink to="/setup/mappings">{words.start.backToMappings}</ButtonLink>
      <Button look="primary" onPress={() => setOpen(true)} isDisabled={!mayAdminister || preview.blockers.length > 0}>
        {words.start.button}
      </Button>
      <ConfirmDialog
        title={words.start.dialogTitle(preview.orgName)}
        verb={words.start.dialogButton}
        isOpen={isOpen}
        isPending={start.isPending}
        isVerbDisabled={isKeyed && !takesOver}
        problem={start.error === null ? null : problemOf(start.error)}
        onConfirm={() => start.mutate()}
        onClose={() => {
          setOpen(false);
          start.reset();
        }}
      >
        <p>
          {words.start.dialog(preview.records, time, preview.calls, preview.callsLimit, sharedText(preview, voice))}
        </p>
        <p>{words.start.lead}</p>
        {isKeyed ? (
          <Notice tone="warn" title={words.start.keyed(preview.keyedRecords)}>
            <Check isChecked={takesOver} onChange={setTakesOver} hint={words.start.takesOverHint}>
              {words.start.takesOver}
            </Check>
          </Notice>
        ) : null}
      </ConfirmDialog>
    </div>
  );
};
