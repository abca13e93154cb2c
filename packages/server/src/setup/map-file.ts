/** The map as a file: what somebody chose. Pure. */
import { FILTERED_OBJECT_NAMES, type ObjectFilter } from '@syncline/contract/filters';
import type { MapEdit, MapFile } from '@syncline/contract/mappings';
import { type FieldMap, type Filter, type MappedField, SYNC_OBJECTS } from '../mapping/mapping.ts';
import { isSameFilter } from '../mapping/plan-filter.ts';

export const fileOf = (map: FieldMap): MapFile => ({
  syncline: 'field-map',
  fields: SYNC_OBJECTS.flatMap((object) =>
    map.objects[object].fields.flatMap((field) =>
      field.column === null
        ? []
        : [
            {
              object,
              name: field.name,
              column: field.column,
              direction: field.direction,
              policy: field.policy,
              isWriteOnce: field.isWriteOnce,
              joinedWith: partnerName(map, field),
            },
          ],
    ),
  ),
  filters: FILTERED_OBJECT_NAMES.flatMap((object) => {
    const { filter } = map.objects[object];
    return filter ? [{ object, filter: shownFilter(filter) }] : [];
  }),
});

export const shownFilter = ({ match, conditions }: Filter): ObjectFilter => ({
  match,
  conditions: conditions.map(({ field, operator, value }) => ({ field, operator, value })),
});

/** Of a contact's custom field the lead's field in the same column. */
const partnerName = (map: FieldMap, field: MappedField): string | null =>
  field.object === 'Contact' && field.isCustom
    ? (map.objects.Lead.fields.find(({ column }) => column === field.column)?.name ?? null)
    : null;

/** Edits that make the map as the file says; fields that the file does not name stay as they are. Pairs are broken before others are joined. */
export const editsOfFile = (map: FieldMap, file: MapFile): readonly MapEdit[] => {
  const known = new Map(fileOf(map).fields.map((field) => [`${field.object}.${field.name}`, field]));
  const pairs = file.fields.map((wanted) => ({ wanted, is: known.get(`${wanted.object}.${wanted.name}`) }));
  return [
    ...pairs.flatMap(({ wanted, is }): readonly MapEdit[] =>
      is?.joinedWith && is.joinedWith !== wanted.joinedWith
        ? [{ kind: 'break', lead: is.joinedWith, contact: wanted.name }]
        : [],
    ),
    ...pairs.flatMap(({ wanted, is }): readonly MapEdit[] =>
      wanted.joinedWith && is?.joinedWith !== wanted.joinedWith
        ? [{ kind: 'join', lead: wanted.joinedWith, contact: wanted.name }]
        : [],
    ),
    ...pairs.flatMap(({ wanted, is }): readonly MapEdit[] => {
      const { object, name, direction, policy, isWriteOnce } = wanted;
      if (!is) return [{ kind: 'add', object, name }];
      const changes = {
        ...(is.direction === direction ? {} : { direction }),
        ...(is.policy === policy ? {} : { policy }),
        ...(is.isWriteOnce === isWriteOnce ? {} : { isWriteOnce }),
      };
      return Object.keys(changes).length === 0 ? [] : [{ kind: 'choose', object, name, ...changes }];
    }),
    ...filterEdits(map, file),
  ];
};

const filterEdits = (map: FieldMap, file: MapFile): readonly MapEdit[] =>
  FILTERED_OBJECT_NAMES.flatMap((object): readonly MapEdit[] => {
    if (file.filters === undefined) return [];
    const wanted = file.filters.find((each) => each.object === object)?.filter;
    return isSameFilter(map.objects[object].filter, wanted) ? [] : [{ kind: 'filter', object, filter: wanted ?? null }];
  });
