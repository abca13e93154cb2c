/** The ids of a person as lanes: what ended in what. Pure. */
import type { PersonLink } from '@syncline/contract/people';

export interface Lane {
  readonly link: PersonLink;
  /** What ended in it, the oldest first. */
  readonly from: readonly Lane[];
}

/** The record of now first, then what ended in none of the person's records, the oldest first. Records that name each other stand alone. */
export const lanesOf = (links: readonly PersonLink[]): readonly Lane[] => {
  const ids = new Set(links.map((link) => link.salesforceId));
  const inOrder = [...links].sort((one, other) => one.from.localeCompare(other.from));
  const shown = new Set<string>();
  const laneOf = (link: PersonLink): Lane => {
    shown.add(link.salesforceId);
    const from = inOrder.filter((each) => each.endedIn === link.salesforceId && !shown.has(each.salesforceId));
    return { link, from: from.map(laneOf) };
  };
  const isEnd = (link: PersonLink): boolean => link.endedIn === null || !ids.has(link.endedIn);
  const ends = inOrder
    .filter(isEnd)
    .sort((one, other) => Number(other.state === 'live') - Number(one.state === 'live'));
  const lanes = ends.map(laneOf);
  return [...lanes, ...inOrder.filter((link) => !shown.has(link.salesforceId)).map((link) => ({ link, from: [] }))];
};
