import { assignmentRules } from './assignment-rules.ts';
import { customField } from './custom-field.ts';
import { customObject } from './custom-object.ts';
import type { Kind } from './kind.ts';
import { permissionSet, profile } from './permission-set.ts';
import { plain } from './plain.ts';
import { recordType } from './record-type.ts';
import { validationRule } from './validation-rule.ts';
import { globalValueSet, standardValueSet } from './value-sets.ts';

const own: Readonly<Record<string, Kind>> = {
  AssignmentRules: assignmentRules,
  CustomField: customField,
  CustomObject: customObject,
  GlobalValueSet: globalValueSet,
  PermissionSet: permissionSet,
  Profile: profile,
  RecordType: recordType,
  StandardValueSet: standardValueSet,
  ValidationRule: validationRule,
};

/** How a type is kept; one that nothing is known of is kept as it is written. */
export function kindOf(type: string): Kind {
  return own[type] ?? plain(type);
}
