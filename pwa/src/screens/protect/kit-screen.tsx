import './kit-screen.css'
import { useEffect, useState } from 'preact/hooks'
import { kitProved } from '../../app/kit-memory.ts'
import { replace } from '../../app/router.ts'
import { appState, kitToKeep } from '../../app/vault.ts'
import type { RecoveryKit } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { saveText } from '../../ui/hand-out.ts'
import { Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/panel.tsx'
import { shown } from '../../ui/shown.ts'
import { Words } from '../../ui/words.tsx'
import { KitCheck } from './kit-check-form.tsx'

/** The 24 words, this once: save, print, and type two of them back. */
export function KitScreen({ kit }: { kit: RecoveryKit }) {
  const [isChecking, setChecking] = useState(false)
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [])
  const finish = () => {
    kitProved(Date.now())
    kitToKeep.value = undefined
    replace({ screen: 'home' })
  }
  if (isChecking) return <KitCheck words={kit.words} onDone={finish} onBack={() => setChecking(false)} />
  return (
    <>
      <Panel title={t('kit.title')} lead={t('kit.lead')} icon="key">
        <div class="stack">
          <Words label={t('kit.words')} words={kit.words} />
          <Note tone="warn">{t('kit.warning')}</Note>
          <p>{t('kit.noRelay')}</p>
          <div class="kit-ways">
            <Button icon="download" onClick={() => saveText(t('kit.file'), kit.text)}>
              {t('kit.save')}
            </Button>
            <Button icon="print" onClick={() => print()}>
              {t('kit.print')}
            </Button>
          </div>
          <Button kind="primary" wide onClick={() => setChecking(true)}>
            {t('kit.kept')}
          </Button>
        </div>
      </Panel>
      <Paper kit={kit} />
    </>
  )
}

/** What is printed in place of the screen. */
function Paper({ kit }: { kit: RecoveryKit }) {
  return (
    <div class="kit-paper" aria-hidden="true">
      <p class="kit-paper-title">{t('kit.paper.title')}</p>
      <p>{t('kit.paper.device', { device: shown(appState.value.device ?? '') })}</p>
      <ol>
        {kit.words.map((word, at) => (
          <li key={at}>
            {at + 1}. {word}
          </li>
        ))}
      </ol>
      <p>{t('kit.paper')}</p>
      <p>{t('kit.noRelay')}</p>
      <pre>{kit.text}</pre>
    </div>
  )
}
