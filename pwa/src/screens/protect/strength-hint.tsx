import './strength-hint.css'
import { t } from '../../strings/t.ts'
import { LEAST_CHARACTERS } from './strength.ts'
import type { Level } from './strength.ts'

const PARTS: Readonly<Record<Level, number>> = { empty: 0, short: 0, common: 1, weak: 1, fair: 2, good: 3, strong: 4 }

/** How strong what was typed is: a bar of four parts, and always words. */
export function Strength({ level }: { level: Level }) {
  const parts = PARTS[level]
  return (
    <div class={`strength strength-${parts}`}>
      <div class="strength-bar" aria-hidden="true">
        {[1, 2, 3, 4].map((part) => (
          <span key={part} class={part <= parts ? 'strength-on' : ''} />
        ))}
      </div>
      <p class="small muted" aria-live="polite">
        {level === 'empty' ? (
          t('protect.strength.empty')
        ) : (
          <>
            <strong>{t('protect.strength', { level: t(`protect.strength.${level}`) })}</strong>
            {'. '}
            {t(`protect.strength.${level}.text`, { count: LEAST_CHARACTERS })}
          </>
        )}
      </p>
    </div>
  )
}
