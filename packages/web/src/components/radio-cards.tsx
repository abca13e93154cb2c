import './fields.css';
import { Label, Radio, RadioGroup } from 'react-aria-components';

export interface RadioCard<Value extends string> {
  readonly value: Value;
  readonly title: string;
  readonly note: string;
  /** Set when it cannot be chosen now; the sentence says why. */
  readonly whyNot?: string;
}

export interface RadioCardsProps<Value extends string> {
  readonly label: string;
  readonly cards: readonly RadioCard<Value>[];
  /** null: nothing is chosen yet. */
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
}

/** One choice of a few, each with a line that says what it means. */
export const RadioCards = <Value extends string>(props: RadioCardsProps<Value>) => (
  <RadioGroup
    value={props.value}
    onChange={(value) => {
      const card = props.cards.find((each) => each.value === value);
      if (card !== undefined) props.onChange(card.value);
    }}
  >
    <Label className="group-label">{props.label}</Label>
    <div className="radios" style={{ marginTop: 8 }}>
      {props.cards.map((card) => (
        <Radio key={card.value} value={card.value} className="radio-card" isDisabled={card.whyNot !== undefined}>
          <span className="dot" aria-hidden />
          <span>
            <span className="title">{card.title}</span>
            <span className="note">{card.whyNot ?? card.note}</span>
          </span>
        </Radio>
      ))}
    </div>
  </RadioGroup>
);
