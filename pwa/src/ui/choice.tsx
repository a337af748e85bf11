import './choice.css'
import { useId } from 'preact/hooks'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'

export interface Option<V extends string> {
  readonly value: V
  readonly label: string
  readonly icon?: IconName
}

/** One of a few, side by side: radio buttons, so that arrow keys choose. `hideLegend`: the title is only read out. */
export function Choice<V extends string>(props: {
  legend: string
  hideLegend?: boolean
  options: readonly Option<V>[]
  value: V
  onChange: (value: V) => void
}) {
  const name = useId()
  return (
    <fieldset class="choice">
      <legend class={props.hideLegend === true ? 'visually-hidden' : ''}>{props.legend}</legend>
      <div class="choice-options">
        {props.options.map(({ value, label, icon }) => (
          <label key={value} class="choice-option">
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === props.value}
              onChange={() => props.onChange(value)}
            />
            {icon !== undefined && <Icon name={icon} size={16} />}
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
