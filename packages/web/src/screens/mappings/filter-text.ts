/** A filter in words. */
import type { FilterCondition, ObjectFilter } from '@syncline/contract/filters';
import type { Words } from '../../words/en.ts';

export const filterText = (filter: ObjectFilter | null, words: Words): string =>
  filter === null
    ? words.filters.everything
    : filter.conditions
        .map((condition) => conditionText(condition, words))
        .join(filter.match === 'all' ? words.filters.and : words.filters.or);

export const conditionText = ({ field, operator, value }: FilterCondition, words: Words): string =>
  [field, words.filters.operators[operator], value].filter((part) => part !== null).join(' ');
