import { useEffect, useRef, useState } from 'preact/hooks'
import { isJoinUnfinished, joinFinished, joinLetIn } from '../../app/join-memory.ts'
import { replace, route } from '../../app/router.ts'
import { vault } from '../../app/vault.ts'
import type { NewDevice } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { CompareWords } from '../../ui/words.tsx'
import { guessDeviceName } from '../protect/device-name.ts'
import { ProtectForm } from '../protect/protect-form.tsx'
import { linkIn } from './invitation.ts'
import { InvitationForm } from './invitation-form.tsx'

type Stage =
  | { readonly at: 'invitation'; readonly refusal?: unknown }
  /** The invitation that a link brought along. */
  | { readonly at: 'considering' }
  | { readonly at: 'connecting' }
  | { readonly at: 'compare'; readonly words: readonly string[] }
  /** It was let in. */
  | { readonly at: 'protect'; readonly finish: (device: NewDevice) => void }
  | { readonly at: 'failed'; readonly error: unknown }

/** This browser becomes a device of an account: invitation, comparing, and once it was let in name and passphrase. */
export function JoinScreen() {
  const [invitation, setInvitation] = useState(broughtAlong)
  const [stage, setStage] = useState<Stage>({ at: invitation === undefined ? 'invitation' : 'considering' })
  const [isBusy, setBusy] = useState(false)
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const consider = async (text: string) => {
    const refusal = await vault()
      .consider(text)
      .then(
        () => undefined,
        (error: unknown) => error
      )
    if (refusal !== undefined) return setStage({ at: 'invitation', refusal })
    setInvitation(text)
    await join(text)
  }
  useEffect(() => {
    if (invitation !== undefined) void consider(invitation)
  }, [])

  const join = async (text: string) => {
    setStage({ at: 'connecting' })
    setBusy(false)
    const run = new AbortController()
    running.current = run
    const show = (next: Stage) => run.signal.aborted || setStage(next)
    const onWords = (words: readonly string[]) => show({ at: 'compare', words })
    const newDevice = () => {
      joinLetIn(Date.now())
      return new Promise<NewDevice>((finish) => show({ at: 'protect', finish }))
    }
    try {
      // What it is really called is asked when its keys are sealed: now nobody should have to type anything.
      const name = guessDeviceName(navigator.userAgent)
      await vault().join({ invitation: text, name, onWords, newDevice }, run.signal)
      joinFinished()
      // The phase is `open` now: the frame takes over. The browser is asked while the person is here; You shows its answer.
      void vault()
        .persist()
        .catch(() => false)
    } catch (error) {
      show({ at: 'failed', error })
    }
  }
  const stop = () => {
    running.current?.abort()
    startAnew()
  }
  const startAnew = () => {
    setInvitation(undefined)
    setStage({ at: 'invitation' })
  }

  switch (stage.at) {
    case 'invitation':
      return (
        <Panel
          key="invitation"
          title={t('join.title')}
          lead={t('join.lead')}
          onBack={() => replace({ screen: 'home' })}
        >
          {isJoinUnfinished(Date.now()) && (
            <Note tone="warn" title={t('join.unfinished')}>
              <p>{t('join.unfinished.text')}</p>
            </Note>
          )}
          {stage.refusal !== undefined && <ErrorNote error={stage.refusal} />}
          <InvitationForm onDone={(text) => void consider(text)} />
        </Panel>
      )
    case 'considering':
      return (
        <Panel key="considering" title={t('join.title')}>
          <Waiting>{t('common.loading')}</Waiting>
        </Panel>
      )
    case 'connecting':
      return (
        <Panel key="connecting" title={t('join.title')} icon="devices">
          <Waiting>{t('join.connecting')}</Waiting>
          <p class="muted">{t('join.connecting.text')}</p>
          <p class="muted small">{t('join.local')}</p>
          <Button wide onClick={stop}>
            {t('common.cancel')}
          </Button>
        </Panel>
      )
    case 'compare':
      return (
        <Panel key="compare" title={t('join.compare')} lead={t('join.compare.lead')} icon="devices">
          <CompareWords label={t('offer.wordsLabel')} words={stage.words} />
          <p>{t('join.compare.text')}</p>
          <Waiting>{t('join.waiting')}</Waiting>
          <Button kind="danger" wide onClick={stop}>
            {t('join.compare.stop')}
          </Button>
        </Panel>
      )
    case 'protect': {
      const { finish } = stage
      const submit = (device: NewDevice) => {
        setBusy(true)
        finish(device)
      }
      return (
        <Panel key="protect" title={t('protect.title.join')} lead={t('protect.lead.join')}>
          <ProtectForm submit={t(isBusy ? 'protect.creating' : 'join.finish')} isBusy={isBusy} onDone={submit} />
        </Panel>
      )
    }
    case 'failed':
      return (
        <Panel key="failed" title={t('join.failed')} icon="devices" tone="danger" onBack={startAnew}>
          <ErrorNote error={stage.error} />
          <div class="stack-tight">
            <Button kind="primary" wide onClick={startAnew}>
              {t('join.anew')}
            </Button>
            <Button wide onClick={() => void join(invitation!)}>
              {t('join.retry')}
            </Button>
          </div>
        </Panel>
      )
  }
}

/** The invitation that a link to the app carries. It is taken out of the address at once: it is a secret, if a short-lived one. */
function broughtAlong(): string | undefined {
  const at = route.peek()
  if (at.screen !== 'join' || at.invitation === undefined) return undefined
  replace({ screen: 'join' })
  return linkIn(at.invitation)
}
