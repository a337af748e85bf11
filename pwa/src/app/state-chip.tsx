import './state-chip.css'
import { useState } from 'preact/hooks'
import { t } from '../strings/t.ts'
import { Icon } from '../ui/icon.tsx'
import { StateSheet } from './state-sheet.tsx'
import { shownState, STATE_ICONS, STATE_TONES } from './state-words.ts'
import { hasNetwork, status } from './vault.ts'

/** Which of the five states it is, always in sight; pressing it says more. */
export function StateChip() {
  const [isOpen, setOpen] = useState(false)
  const state = shownState(status.value, hasNetwork.value)
  const word = t(`state.${state}`)
  return (
    <>
      <button
        type="button"
        class={`state-chip chip-${STATE_TONES[state]}`}
        aria-haspopup="dialog"
        aria-label={t('state.label', { state: word })}
        onClick={() => setOpen(true)}
      >
        <Icon name={STATE_ICONS[state]} size={16} />
        <span>{word}</span>
      </button>
      {isOpen && <StateSheet onClose={() => setOpen(false)} />}
    </>
  )
}
