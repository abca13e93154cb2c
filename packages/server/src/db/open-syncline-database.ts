import type { Database } from './db.ts';
import { openDatabase } from './db.ts';
import { migrate } from './migrate.ts';
import { ensureRoles, rolePasswords, withRole } from './roles.ts';

export interface SynclineDatabase {
  readonly db: Database;
  /** For the engineer: role `syncline_engineer`. */
  readonly engineerUrl: string;
}

/** From somebody's connection string to a migrated database, opened as the sync's own role. Errors: those of `ensureRoles` and `migrate`. */
export const openSynclineDatabase = async (
  url: string,
  options: { readonly sessionsMax: number; readonly onError: (error: Error) => void },
): Promise<SynclineDatabase> => {
  const passwords = rolePasswords(url);
  await ensureRoles(url, passwords);
  const isOwnRole = decodeURIComponent(new URL(url).username) === 'syncline_sync';
  const db = openDatabase(isOwnRole ? url : withRole(url, 'syncline_sync', passwords.sync), options);
  await migrate(db).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
  return { db, engineerUrl: withRole(url, 'syncline_engineer', passwords.engineer) };
};
