import { useEffect } from 'preact/hooks'
import { sentenceOf } from '../../app/error-sentence.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Name } from '../../ui/name.tsx'
import { Note } from '../../ui/note.tsx'
import { Progress } from '../../ui/progress.tsx'
import { adding, addProblems, dismissProblem, tellCutShort } from './add-run.ts'
import type { AddProblem } from './add-run.ts'
import { DEEPEST, MOST_GIVEN } from './adding.ts'
import { sizeText } from './format.ts'

/** How far files that are put in have come, and what could not be. */
export function AddNote() {
  const { value: now } = adding
  useEffect(tellCutShort, [])
  return (
    <>
      {now !== undefined && (
        <Note icon="upload" actions={<Button onClick={now.stop}>{t('files.adding.stop')}</Button>}>
          <Progress
            label={t('files.adding', { count: now.files })}
            value={now.bytes === 0 ? undefined : now.doneBytes / now.bytes}
            text={t('files.adding.done', { done: sizeText(now.doneBytes), total: sizeText(now.bytes) })}
          />
        </Note>
      )}
      {addProblems.value.map((problem, at) => (
        <Problem key={at} problem={problem} />
      ))}
    </>
  )
}

function Problem({ problem }: { problem: AddProblem }) {
  const dismiss = <Button onClick={() => dismissProblem(problem)}>{t('common.dismiss')}</Button>
  const { error, failed, left, cutShort } = problem
  if (cutShort !== undefined)
    return (
      <Note tone="warn" alert title={t('files.add.cutShort', { count: cutShort })} actions={dismiss}>
        <p>{t('files.add.cutShort.text')}</p>
      </Note>
    )
  if (left !== undefined)
    return (
      <Note tone="warn" alert title={t('files.add.left', { count: left.tooMany + left.tooDeep })} actions={dismiss}>
        {left.tooMany > 0 && <p>{t('files.add.left.many', { count: left.tooMany, most: MOST_GIVEN })}</p>}
        {left.tooDeep > 0 && <p>{t('files.add.left.deep', { count: left.tooDeep, most: DEEPEST })}</p>}
      </Note>
    )
  if (failed.length === 0) return <ErrorNote error={error} actions={dismiss} />
  return (
    <Note tone="danger" alert title={t('files.add.failed', { count: failed.length })} actions={dismiss}>
      <ul>
        {failed.slice(0, MOST_TOLD).map(({ path, code }) => {
          const { cause, remedy } = sentenceOf(code)
          return (
            <li key={path}>
              <Name text={path} /> {cause} {remedy}
            </li>
          )
        })}
      </ul>
      {failed.length > MOST_TOLD && <p>{t('files.add.more', { count: failed.length - MOST_TOLD })}</p>}
    </Note>
  )
}

const MOST_TOLD = 5
