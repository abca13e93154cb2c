/** The map as a file: what somebody chose. Pure. */
import type { MapEdit, MapFile } from '@syncline/contract/mappings';
import { type FieldMap, type MappedField, SYNC_OBJECTS } from '../mapping/mapping.ts';

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
  ];
};
