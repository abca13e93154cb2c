import { blankToNull, isEqual, isMoment, NoValue, number, text, truth } from './coerce.ts';
import type { Formula, FormulaContext, Node, Value } from './formula.ts';
import { type Argument, call } from './functions.ts';

/** The value of a formula over a row; null where it has none. */
export function evaluate(formula: Formula, context: FormulaContext): Value {
  try {
    return valueAt(formula.root, context);
  } catch (error) {
    if (error instanceof NoValue) return null;
    throw error;
  }
}

function valueAt(node: Node, context: FormulaContext): Value {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'field':
      return context.value(node.path);
    case 'unary': {
      const operand = valueAt(node.operand, context);
      return node.operator === '!' ? !truth(operand) : negated(number(operand, context));
    }
    case 'binary':
      return binary(node.operator, node.left, node.right, context);
    case 'call':
      return call(
        node.name,
        node.args.map((arg) => argument(arg, context)),
        context,
      );
  }
}

function argument(node: Node, context: FormulaContext): Argument {
  return { value: () => valueAt(node, context), path: node.kind === 'field' ? node.path : undefined };
}

function negated(value: number | null): Value {
  return value === null ? null : -value;
}

const dayMs = 86_400_000;

function binary(operator: string, leftNode: Node, rightNode: Node, context: FormulaContext): Value {
  if (operator === '&&') return truth(valueAt(leftNode, context)) && truth(valueAt(rightNode, context));
  if (operator === '||') return truth(valueAt(leftNode, context)) || truth(valueAt(rightNode, context));
  const left = valueAt(leftNode, context);
  const right = valueAt(rightNode, context);
  switch (operator) {
    case '=':
    case '==':
      return isEqual(left, right, context);
    case '<>':
    case '!=':
      return !isEqual(left, right, context);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return isOrdered(operator, left, right, context);
    case '&':
      return blankToNull(text(left) + text(right));
    case '+':
      if (typeof left === 'string' || typeof right === 'string') return blankToNull(text(left) + text(right));
      return isMoment(left) || isMoment(right) ? moved(left, right, 1) : arithmetic(operator, left, right, context);
    case '-':
      return isMoment(left) ? moved(left, right, -1) : arithmetic(operator, left, right, context);
    default:
      return arithmetic(operator, left, right, context);
  }
}

function arithmetic(operator: string, leftValue: Value, rightValue: Value, context: FormulaContext): Value {
  const left = number(leftValue, context);
  const right = number(rightValue, context);
  if (left === null || right === null) return null;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0) throw new NoValue();
      return left / right;
    case '^':
      return left ** right;
    default:
      throw new NoValue();
  }
}

/** Days are added to and taken from dates and datetimes; two of them are apart by days, two times by milliseconds. */
function moved(left: Value, right: Value, sign: 1 | -1): Value {
  if (isMoment(left) && isMoment(right)) {
    if (sign === 1) throw new NoValue();
    return left.kind === 'time' ? left.ms - right.ms : (left.ms - right.ms) / dayMs;
  }
  const [moment, by] = isMoment(left) ? [left, right] : [right, left];
  if (!isMoment(moment) || typeof by !== 'number') return null;
  const unit = moment.kind === 'time' ? 1 : dayMs;
  const ms = moment.ms + sign * by * unit;
  return { kind: moment.kind, ms: moment.kind === 'date' ? Math.floor(ms / dayMs) * dayMs : ms };
}

function isOrdered(operator: string, left: Value, right: Value, context: FormulaContext): boolean {
  const order = compared(left, right, context);
  if (order === null) return false;
  if (operator === '<') return order < 0;
  if (operator === '>') return order > 0;
  return operator === '<=' ? order <= 0 : order >= 0;
}

function compared(left: Value, right: Value, context: FormulaContext): number | null {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  const [a, b] = [number(left, context), number(right, context)];
  return a === null || b === null ? null : a - b;
}
