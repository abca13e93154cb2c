import { checkFormula, MetadataFault } from '../field-type.ts';
import { said } from '../tree.ts';
import type { Kind } from './kind.ts';
import { plain } from './plain.ts';

const kept = plain('ValidationRule');

/** `Lead.NoTestNames`: a formula that refuses a record where it is true. */
export const validationRule: Kind = {
  ...kept,
  put: (setup, fullName, tree) => {
    const [objectName = ''] = fullName.split('.');
    const object = setup.schema.object(objectName);
    if (object === undefined) {
      throw new MetadataFault(
        'INVALID_CROSS_REFERENCE_KEY',
        `Entity of type CustomObject named '${objectName}' cannot be found`,
      );
    }
    const formula = said(tree, 'errorConditionFormula');
    for (const member of ['errorConditionFormula', 'errorMessage'] as const) {
      if (said(tree, member) === undefined) {
        throw new MetadataFault('REQUIRED_FIELD_MISSING', `Required field is missing: ${member}`);
      }
    }
    checkFormula(formula ?? '');
    const field = said(tree, 'errorDisplayField');
    if (field !== undefined && object.field(field) === undefined) {
      throw new MetadataFault(
        'INVALID_CROSS_REFERENCE_KEY',
        `errorDisplayField: ${field} is no field of ${object.name}`,
      );
    }
    kept.put(setup, fullName, tree);
  },
  read: (setup, fullName) => {
    const tree = kept.read(setup, fullName);
    return tree === undefined ? undefined : { fullName, ...tree };
  },
};
