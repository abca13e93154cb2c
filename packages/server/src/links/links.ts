/**
 * Where inbound and outbound meet: what each of them knows of a record. Tables `sync.link`, `sync.sent`, `sync.reread`.
 *
 * Life of a value that is sent (columns of `sync.sent`, each a map from column to value):
 *
 *   claim          in_flight[f] = value, versions[f] = version, base[f] = base at that moment, which past[f] gains as well
 *   a read meets it in flight: t = value sent → nothing; anything else → seen[f] = t, undecided (MRG6, MRG10); the record is put into sync.reread
 *   success        in_flight[f] → acknowledged[f]; answered_at = now; the edit leaves the outbox if its version is the one sent (OUT10)
 *   failure        in_flight[f] goes; base[f] stays only beside seen[f] or acknowledged[f]; the edit stays (retry, parked)
 *   no answer      in_flight[f] → unanswered[f] until late_until (MRG7, OUT26); the edit stays and is sent again
 *   stale read     began before answered_at: a value of past[f] is what stood there before a send of ours, and decides nothing (MRG6)
 *   fresh read     a read begun at or after answered_at: acknowledged, base, past and seen of answered fields are decided and removed
 *
 * Base of a field f of a person: acknowledged[f] if there is one, else base[f] if there is one (only beside an undecided seen[f]),
 * else the mirror's value. A row whose maps are all empty is deleted.
 *
 * `sync.reread` names the records that must be read by id: because a read was stale, an identity is in doubt, an answer was late, or a
 * refusal has to be classified. An ask is served by a read that began after it. `NOTHING_KNOWN` is the condition of an empty row.
 */
export const NOTHING_KNOWN = `in_flight = '{}' and acknowledged = '{}' and unanswered = '{}' and seen = '{}'`;
