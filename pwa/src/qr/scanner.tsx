import './scanner.css'
import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../strings/t.ts'
import { Button } from '../ui/button.tsx'
import { Note } from '../ui/note.tsx'
import { Waiting } from '../ui/progress.tsx'
import { CameraError, closeCamera, openCamera, readCodes } from './camera.ts'
import type { CameraProblem } from './camera.ts'

interface ScannerProps {
  /** Whether a text is what is looked for; other codes are passed over with a word. */
  readonly accepts: (text: string) => boolean
  readonly onFound: (text: string) => void
}

type State = 'starting' | 'aiming' | 'other' | CameraProblem

/** The camera's picture with a frame to aim by, while it is shown. */
export function Scanner({ accepts, onFound }: ScannerProps) {
  const video = useRef<HTMLVideoElement>(null)
  const [state, setState] = useState<State>('starting')
  const [tries, setTries] = useState(0)
  // The newest of what the caller gives, without starting the camera anew for it.
  const caller = useRef({ accepts, onFound })
  caller.current = { accepts, onFound }

  useEffect(() => {
    const ended = new AbortController()
    setState('starting')
    const heard = (text: string) => {
      if (ended.signal.aborted) return
      if (!caller.current.accepts(text)) return setState('other')
      ended.abort()
      caller.current.onFound(text)
    }
    showCamera(video.current!, heard, ended.signal).then(
      () => ended.signal.aborted || setState('aiming'),
      (error: unknown) => ended.signal.aborted || setState(error instanceof CameraError ? error.problem : 'busy')
    )
    return () => ended.abort()
  }, [tries])

  const isProblem = state === 'denied' || state === 'none' || state === 'busy'
  return (
    <div class="scanner">
      <div class="scanner-view" hidden={isProblem}>
        <video ref={video} class="scanner-video" muted playsInline aria-label={t('scan.picture')} />
        {state !== 'starting' && <div class="scanner-frame" aria-hidden="true" />}
      </div>
      {isProblem ? (
        <Note
          tone="warn"
          alert
          title={t(`scan.${state}`)}
          actions={
            <Button icon="camera" onClick={() => setTries(tries + 1)}>
              {t('scan.again')}
            </Button>
          }
        >
          <p>{t(`scan.${state}.text`)}</p>
        </Note>
      ) : state === 'starting' ? (
        <Waiting>{t('scan.starting')}</Waiting>
      ) : (
        <p class="muted small" role="status">
          {t(state === 'other' ? 'scan.other' : 'scan.aim')}
        </p>
      )}
    </div>
  )
}

/** Plays the camera in a video and reads codes from it, both until `signal` ends. */
async function showCamera(video: HTMLVideoElement, onText: (text: string) => void, signal: AbortSignal): Promise<void> {
  const stream = await openCamera()
  const close = () => {
    closeCamera(stream)
    video.srcObject = null
  }
  if (signal.aborted) return close()
  signal.addEventListener('abort', close, { once: true })
  video.srcObject = stream
  await video.play()
  readCodes(video, onText, signal)
}
