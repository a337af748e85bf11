import { count } from '@holdfast/core/base/amounts'
import type { OutEvent, Output } from '../term/output.ts'
import type { ProgressState } from '../term/progress.ts'
import { names, number, records, showCommon, size, text, type Show } from './show.ts'

/** How one folder stands, in a line. */
export function folderLine(event: OutEvent): string {
  const to = event['to'] === null ? 'a folder of the vault that is gone' : text(event, 'to')
  const waiting = number(event, 'waiting')
  const failed = number(event, 'failed')
  const renamed = number(event, 'renamed')
  const state = text(event, 'state')
  const parts = [
    ...(state === 'not in step' ? [] : [state]), // how many says it
    ...passText(event),
    ...(waiting > 0 ? [`${count(waiting, 'file')} to come`] : []),
    ...(failed > 0 ? [`${failed} not in step`] : []),
    ...(renamed > 0 ? [`${renamed} under another name (holdfast doctor says which)`] : []),
    count(number(event, 'files'), 'file')
  ]
  return `${text(event, 'path')}  in step with ${to}: ${parts.join(', ')}`
}

/** What the pass is at that runs now. */
function passText(event: OutEvent): string[] {
  const [pass] = records({ type: 'folder', pass: [event['pass']] }, 'pass')
  if (pass === undefined || (text(pass, 'step') === 'looking' && text(event, 'state') !== 'syncing')) return []
  return [folderProgress(pass).text.replace(/^[A-Z]/, (letter) => letter.toLowerCase())]
}

/** Why some of it is not in step: a line for each reason. */
export function notInStepLines(event: OutEvent): string[] {
  return records(event, 'notInStep').map((reason) => {
    const paths = names(reason, 'paths').map((path) => path || 'the folder itself')
    const more = number(reason, 'files') - paths.length
    const which = `${paths.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    return `  ${which}: ${text(reason, 'message')} ${text(reason, 'remedy')} (${text(reason, 'code')})`
  })
}

/** Beside other talk: the same and what to do about it. What is not in step was told one by one. */
export function folderText(event: OutEvent, output: Output): void {
  output.say(folderLine(event))
  whatToDo(event, output)
}

function whatToDo(event: OutEvent, output: Output): void {
  if (text(event, 'code') === '') return
  const many = number(event, 'deletions')
  const by = names(event, 'deletedBy')
  const which =
    many > 0 ? ` (${[count(many, 'file'), ...(by.length > 0 ? [`deleted on ${by.join(', ')}`] : [])].join(', ')})` : ''
  output.warn(`  ${text(event, 'message')}${which} ${text(event, 'remedy')} (${text(event, 'code')})`)
}

/** What a pass of a folder is at. */
export function folderProgress(event: OutEvent): ProgressState {
  const files = number(event, 'files')
  if (text(event, 'step') === 'looking') return { done: 0, text: `Looking at ${count(files, 'name')}` }
  const verb = text(event, 'step') === 'writing' ? 'Writing' : 'Sealing'
  const said = `${verb} ${count(files, 'file')}, ${size(event)}`
  return { done: number(event, 'bytes'), text: said, detail: text(event, 'path') }
}

export const folders: Show = {
  async event(event, output) {
    if (showCommon(event, output)) return
    if (event.type === 'folder') {
      await output.line(folderLine(event))
      for (const line of notInStepLines(event)) await output.line(line)
      whatToDo(event, output)
    } else if (number(event, 'folders') === 0) output.say('No folder is kept in step. Next: holdfast folder add DIR')
  }
}

export const folderAdded: Show = {
  progress: folderProgress,
  event(event, output) {
    if (showCommon(event, output)) return
    folderText(event, output)
    output.say('It stays in step while `holdfast up` runs; `holdfast sync --once` does one pass.')
  }
}

export const folderRemoved: Show = {
  event(event, output) {
    if (!showCommon(event, output)) output.say(`${text(event, 'path')} is kept in step no more. What is in it stays.`)
  }
}

export const trash: Show = {
  async event(event, output) {
    if (showCommon(event, output)) return
    if (event.type === 'trashed')
      await output.line(`${text(event, 'day')}  ${size(event).padStart(9)}  ${text(event, 'path')}`)
    else if (event['path'] !== undefined) output.say(`${text(event, 'path')} is back.`)
    else if (number(event, 'files') === 0) output.say('The trash is empty.')
  }
}

export const trashEmptied: Show = {
  event(event, output) {
    if (!showCommon(event, output))
      output.say(`${count(number(event, 'files'), 'file')} (${size(event)}) deleted for good.`)
  }
}
