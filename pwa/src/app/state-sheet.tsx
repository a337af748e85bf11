import { t } from '../strings/t.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { navigate } from './router.ts'
import { shownState, stateWords } from './state-words.ts'
import { hasNetwork, status } from './vault.ts'

/** The state as a sentence, with the one thing to do about it. */
export function StateSheet({ onClose }: { onClose: () => void }) {
  const { sentence, action } = stateWords(status.value, hasNetwork.value)
  return (
    <Dialog
      title={t(`state.${shownState(status.value, hasNetwork.value)}`)}
      shape="sheet"
      onClose={onClose}
      actions={
        action !== undefined && (
          <Button
            kind="primary"
            onClick={() => {
              onClose()
              navigate(action.to)
            }}
          >
            {action.label}
          </Button>
        )
      }
    >
      <p>{sentence}</p>
      <p class="muted small">{t('state.while-open')}</p>
    </Dialog>
  )
}
