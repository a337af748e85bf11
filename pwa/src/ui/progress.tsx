import './progress.css'
import { useId } from 'preact/hooks'

/** How far something is, 0 to 1; without a value: under way. */
export function Progress({ label, value, text }: { label: string; value?: number | undefined; text?: string }) {
  const id = useId()
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div class="progress">
      <div class="progress-words">
        <span id={id}>{label}</span>
        {text !== undefined && <span>{text}</span>}
      </div>
      <div
        class={percent === undefined ? 'progress-track progress-unknown' : 'progress-track'}
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
      >
        <div class="progress-done" style={percent === undefined ? {} : { inlineSize: `${percent}%` }} />
      </div>
    </div>
  )
}

/** How much of a room is taken, 0 to 1. */
export function Meter({ label, value, tone = 'plain' }: { label: string; value: number; tone?: 'plain' | 'warn' }) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 1000) / 10
  return (
    <div
      class={`progress-track progress-${tone}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div class="progress-done" style={{ inlineSize: `${Math.max(percent, value > 0 ? 1 : 0)}%` }} />
    </div>
  )
}

/** Something takes a moment: a ring with words. */
export function Waiting({ children }: { children: string }) {
  return (
    <p class="waiting" role="status">
      <span class="spinner" aria-hidden="true" />
      <span>{children}</span>
    </p>
  )
}
