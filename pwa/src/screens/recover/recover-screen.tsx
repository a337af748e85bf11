import { useEffect, useRef, useState } from 'preact/hooks'
import { codeOf } from '../../app/error-sentence.ts'
import { kitProved } from '../../app/kit-memory.ts'
import { replace } from '../../app/router.ts'
import { vault } from '../../app/vault.ts'
import type { GivenKit, NewDevice } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { toast } from '../../ui/toast.tsx'
import { ProtectForm } from '../protect/protect-form.tsx'
import { KitForm } from './kit-form.tsx'

type Stage =
  | { readonly at: 'kit'; readonly refusal?: unknown }
  | { readonly at: 'protect' }
  | { readonly at: 'working' }
  | { readonly at: 'failed'; readonly error: unknown }

/** No device is left: the kit brings the account back onto this one. */
export function RecoverScreen() {
  const [stage, setStage] = useState<Stage>({ at: 'kit' })
  const [kit, setKit] = useState<GivenKit>()
  const [device, setDevice] = useState<NewDevice>()
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const consider = async (given: GivenKit) => {
    try {
      await vault().considerKit(given)
      setKit(given)
      setStage({ at: 'protect' })
    } catch (refusal) {
      setStage({ at: 'kit', refusal })
    }
  }
  const recover = async (given: NewDevice, acceptsLess = false) => {
    setDevice(given)
    setStage({ at: 'working' })
    const run = new AbortController()
    running.current = run
    try {
      const { missing } = await vault().recover({ ...given, ...kit!, acceptsLess }, run.signal)
      // The phase is `open` now. Whoever brought it back by the kit has the kit.
      running.current = undefined
      kitProved(Date.now())
      void vault()
        .persist()
        .catch(() => false)
      replace({ screen: 'home' })
      toast({ text: missing.length === 0 ? t('recover.done') : t('recover.done.less', { count: missing.length }) })
    } catch (error) {
      if (!run.signal.aborted) setStage({ at: 'failed', error })
    }
  }
  const stop = () => {
    running.current?.abort()
    setStage({ at: 'protect' })
  }

  switch (stage.at) {
    case 'kit':
      return (
        <Panel
          key="kit"
          title={t('recover.title')}
          lead={t('recover.lead')}
          icon="key"
          onBack={() => replace({ screen: 'home' })}
        >
          {stage.refusal !== undefined && <ErrorNote error={stage.refusal} />}
          <KitForm submit={t('common.continue')} onDone={(given) => void consider(given)} />
        </Panel>
      )
    case 'protect':
      return (
        <Panel
          key="protect"
          title={t('protect.title.join')}
          lead={t('recover.protect.lead')}
          onBack={() => setStage({ at: 'kit' })}
        >
          <ProtectForm submit={t('recover.start')} given={device} onDone={(given) => void recover(given)} />
        </Panel>
      )
    case 'working':
      return (
        <Panel key="working" title={t('recover.title')} icon="key">
          <Waiting>{t('recover.working')}</Waiting>
          <p class="muted">{t('recover.working.text')}</p>
          <p class="muted small">{t('join.local')}</p>
          <Button wide onClick={stop}>
            {t('common.cancel')}
          </Button>
        </Panel>
      )
    case 'failed':
      return (
        <Panel key="failed" title={t('recover.failed')} icon="key" tone="danger" onBack={() => setStage({ at: 'kit' })}>
          <ErrorNote error={stage.error} />
          {codeOf(stage.error) === 'ROLLED_BACK' && (
            <Note tone="warn" title={t('recover.less.title')}>
              <p>{t('recover.less.text')}</p>
              <Button wide onClick={() => void recover(device!, true)}>
                {t('recover.less')}
              </Button>
            </Note>
          )}
          <div class="stack-tight">
            <Button kind="primary" wide onClick={() => void recover(device!)}>
              {t('common.tryAgain')}
            </Button>
            <Button wide onClick={() => setStage({ at: 'kit' })}>
              {t('recover.other')}
            </Button>
          </div>
        </Panel>
      )
  }
}
