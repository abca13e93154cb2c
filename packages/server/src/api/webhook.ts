/** Posting notices to the address that an administrator chose. No redirect is followed, and of the answer only its status is looked at. */
import type { Logger } from 'pino';
import type { Settings } from '../setup/setup.ts';
import type { PostedNotice } from '../status/create-housekeeper.ts';

const TIMEOUT_MS = 10_000;

/** The status that was answered; null: nobody answered in time. `text` is what chat programs show. */
export const postNotice = async (url: string, notice: PostedNotice): Promise<number | null> => {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Syncline' },
      body: JSON.stringify({ ...notice, text: `${notice.title} ${notice.advice}`, at: new Date().toISOString() }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return null; // Not reached: the caller says so.
  }
};

/** Posts those of the types that somebody subscribed to (ERR7). One that is not taken is in the log and still rings the bell. */
export const postSubscribed = async (
  settings: Settings,
  notices: readonly PostedNotice[],
  log: Pick<Logger, 'warn'>,
): Promise<void> => {
  const { webhook } = await settings.notifications();
  const wanted = notices.filter(({ type }) => webhook[type] === true);
  const url = wanted.length === 0 ? null : await settings.webhookUrl();
  if (url === null) return;
  for (const notice of wanted) {
    const status = await postNotice(url, notice);
    if (status === null || status >= 300)
      log.warn({ type: notice.type, code: notice.code, status }, 'a notice was not taken by its address');
  }
};
