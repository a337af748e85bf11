import './add-device.css'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { useEffect, useState } from 'preact/hooks'
import { announce } from '../../app/announce.ts'
import { eventsOf, textOf, textsOf } from '../../app/fields.ts'
import { replace } from '../../app/router.ts'
import { run, vault } from '../../app/vault.ts'
import type { VaultEvent } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Note } from '../../ui/note.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { Screen } from '../../ui/screen.tsx'
import { shown } from '../../ui/shown.ts'
import { CompareWords } from '../../ui/words.tsx'
import { AddRelayDialog } from '../devices/add-relay-dialog.tsx'
import { relaysOf } from '../devices/device-views.ts'
import { Invitation } from './invitation-shown.tsx'

type Stage =
  | { readonly at: 'preparing' }
  | {
      readonly at: 'shown'
      readonly link: string
      readonly words: readonly string[]
      readonly addresses: readonly string[]
    }
  | { readonly at: 'compare'; readonly name: string; readonly words: readonly string[] }
  | { readonly at: 'admitting' }
  | { readonly at: 'done'; readonly name: string }
  /** It was let in, and has not said that it could finish. */
  | { readonly at: 'unheard'; readonly name: string }
  | { readonly at: 'declined' }
  /** Nobody could come here. */
  | { readonly at: 'no-relay' }
  | { readonly at: 'failed'; readonly error: unknown }

/** This device lets another one in: shows the invitation, and asks whether both show the same words. */
export function AddDeviceScreen() {
  const [tries, setTries] = useState(0)
  const [stage, setStage] = useState<Stage>({ at: 'preparing' })
  const [answer, setAnswer] = useState<(isYes: boolean) => void>()
  useEffect(() => {
    const ended = new AbortController()
    const show = (next: Stage) => ended.signal.aborted || setStage(next)
    show({ at: 'preparing' })
    void offer(show, (reply) => setAnswer(() => reply), ended.signal)
    return () => ended.abort()
  }, [tries])

  const reply = (isYes: boolean) => {
    setStage(isYes ? { at: 'admitting' } : { at: 'declined' })
    answer?.(isYes)
  }
  return (
    <Screen
      title={t('offer.title')}
      lead={<IconButton icon="back" label={t('common.back')} onClick={() => replace({ screen: 'devices' })} />}
    >
      {shownStage(stage, reply, () => setTries(tries + 1))}
    </Screen>
  )
}

function shownStage(stage: Stage, reply: (isYes: boolean) => void, again: () => void) {
  switch (stage.at) {
    case 'preparing':
      return <Waiting>{t('offer.preparing')}</Waiting>
    case 'shown':
      return <Invitation link={stage.link} words={stage.words} addresses={stage.addresses} />
    case 'compare':
      return (
        <section class="add-device-compare">
          <h2>
            {stage.name === '' ? t('offer.candidate.nameless') : t('offer.candidate', { name: shown(stage.name) })}
          </h2>
          <p>{t('offer.candidate.lead')}</p>
          <CompareWords label={t('offer.wordsLabel')} words={stage.words} />
          <p class="muted">{t('offer.candidate.text')}</p>
          <div class="stack-tight">
            <Button kind="primary" wide icon="check" onClick={() => reply(true)}>
              {t('offer.same')}
            </Button>
            <Button kind="danger" wide icon="close" onClick={() => reply(false)}>
              {t('offer.different')}
            </Button>
          </div>
        </section>
      )
    case 'admitting':
      return (
        <div class="stack-tight">
          <Waiting>{t('offer.admitting')}</Waiting>
          <p class="muted">{t('offer.admitting.text')}</p>
        </div>
      )
    case 'done':
      return (
        <Empty
          icon="check"
          title={t('offer.done', { name: stage.name === '' ? t('devices.nameless') : shown(stage.name) })}
          action={
            <Button kind="primary" onClick={() => replace({ screen: 'devices' })}>
              {t('offer.toDevices')}
            </Button>
          }
        >
          {t('offer.done.text')}
        </Empty>
      )
    case 'unheard':
      return (
        <Note
          tone="warn"
          title={t('offer.unheard', { name: stage.name === '' ? t('devices.nameless') : shown(stage.name) })}
          alert
          actions={<Button onClick={() => replace({ screen: 'devices' })}>{t('offer.toDevices')}</Button>}
        >
          <p>{t('offer.unheard.text')}</p>
        </Note>
      )
    case 'declined':
      return (
        <Note tone="warn" title={t('offer.declined')} alert actions={<Again onClick={again} />}>
          <p>{t('offer.declined.text')}</p>
        </Note>
      )
    case 'no-relay':
      return <RelayFirst onClose={again} />
    case 'failed':
      return <ErrorNote error={stage.error} actions={<Again onClick={again} />} />
  }
}

/** `onClose`: there may be a relay now. */
function RelayFirst({ onClose }: { onClose: () => void }) {
  const [isAdding, setAdding] = useState(false)
  return (
    <>
      <Empty
        icon="relay"
        title={t('offer.noRelay')}
        action={
          <Button kind="primary" icon="add" onClick={() => setAdding(true)}>
            {t('devices.relay.add')}
          </Button>
        }
      >
        {t('offer.noRelay.text')}
      </Empty>
      {isAdding && <AddRelayDialog onClose={onClose} />}
    </>
  )
}

function Again({ onClick }: { onClick: () => void }) {
  return (
    <Button icon="refresh" onClick={onClick}>
      {t('offer.again')}
    </Button>
  )
}

/** One invitation from its making to its end. `asked` is given what answers the question whether both show the same words. */
async function offer(
  show: (stage: Stage) => void,
  asked: (reply: (isYes: boolean) => void) => void,
  signal: AbortSignal
): Promise<void> {
  let isDeclined = false
  const onEvent = (event: VaultEvent) => {
    if (event.type === 'link') {
      const [link, words, addresses] = [textOf(event, 'link'), textsOf(event, 'words'), textsOf(event, 'addresses')]
      show({ at: 'shown', link, words, addresses })
    }
    if (event.type === 'candidate') {
      announce(t('offer.candidate.lead'))
      show({ at: 'compare', name: textOf(event, 'name'), words: textsOf(event, 'words') })
    }
  }
  const ask = () =>
    new Promise<boolean>((resolve) => {
      signal.addEventListener('abort', () => resolve(false), { once: true })
      asked((isYes) => {
        isDeclined = !isYes
        resolve(isYes)
      })
    })
  try {
    const events = await vault().run('pair', { yes: false }, { onEvent, ask, signal })
    const [paired] = eventsOf(events, 'paired')
    const name = paired === undefined ? '' : textOf(paired, 'name')
    show({ at: paired?.['arrived'] === false ? 'unheard' : 'done', name })
  } catch (error) {
    if (isDeclined) show({ at: 'declined' })
    else show((await isWithoutRelay(error)) ? { at: 'no-relay' } : { at: 'failed', error })
  }
}

async function isWithoutRelay(error: unknown): Promise<boolean> {
  if (!isHoldfastError(error, 'NO_PEER')) return false
  const relays = await run('relay ls').catch(() => undefined)
  return relays !== undefined && relaysOf(relays).length === 0
}
