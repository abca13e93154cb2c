/** An edit of the map in words. */
import type { MapEdit } from '@syncline/contract/mappings';
import type { Words } from '../../words/en.ts';
import { filterText } from './filter-text.ts';

export const editText = (edit: MapEdit, words: Words): string => {
  const said = words.mappings.edits;
  switch (edit.kind) {
    case 'join':
      return said.join(edit.lead, edit.contact);
    case 'break':
      return said.break(edit.lead, edit.contact);
    case 'add':
      return said.add(words.objects[edit.object], edit.name);
    case 'hide':
      return (edit.isHidden ? said.hide : said.show)(words.objects[edit.object], edit.name);
    case 'retype':
      return said.retype(words.objects[edit.object], edit.name);
    case 'filter':
      return said.filter(words.objects[edit.object], filterText(edit.filter, words));
    case 'choose': {
      const policy =
        edit.policy === undefined
          ? []
          : [edit.policy === null ? words.mappings.default : words.mappings.policies[edit.policy]];
      const direction = edit.direction === undefined ? [] : [words.mappings.directions[edit.direction]];
      return said.choose(words.objects[edit.object], edit.name, [...direction, ...policy].join(', '));
    }
  }
};
