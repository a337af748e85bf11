import './kit-screen.css'
import { useState } from 'preact/hooks'
import { kitProved } from '../../app/kit-memory.ts'
import { replace } from '../../app/router.ts'
import { useLoaded } from '../../app/loaded.ts'
import { appState, vault } from '../../app/vault.ts'
import type { RecoveryKit } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { saveText } from '../../ui/hand-out.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { shown } from '../../ui/shown.ts'
import { Words } from '../../ui/words.tsx'
import { KitCheck } from './kit-check-form.tsx'

/** The kit of a vault made here, at every opening until somebody has proved to have kept it. */
export function KitScreen() {
  const kit = useLoaded(() => vault().pendingKit())
  if (kit.value !== undefined) return <Kit kit={kit.value} />
  return (
    <Panel title={t('kit.title')} icon="key">
      {kit.error === undefined ? (
        <Waiting>{t('common.loading')}</Waiting>
      ) : (
        <ErrorNote error={kit.error} retry={kit.reload} />
      )}
    </Panel>
  )
}

/** The 24 words: save, print, and type two of them back. */
function Kit({ kit }: { kit: RecoveryKit }) {
  const [isChecking, setChecking] = useState(false)
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

async function finish(): Promise<void> {
  await vault().kitProved()
  kitProved(Date.now())
  replace({ screen: 'home' })
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
