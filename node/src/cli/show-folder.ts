import { count } from '@holdfast/core/base/amounts'
import type { OutEvent, Output } from '../term/output.ts'
import type { ProgressState } from '../term/progress.ts'
import { number, showCommon, size, text, type Show } from './show.ts'

/** How one folder stands, in a line. */
export function folderLine(event: OutEvent): string {
  const to = event['to'] === null ? 'a folder of the vault that is gone' : text(event, 'to')
  const waiting = number(event, 'waiting')
  const failed = number(event, 'failed')
  const renamed = number(event, 'renamed')
  const parts = [
    text(event, 'state'),
    ...(waiting > 0 ? [`${count(waiting, 'file')} to come`] : []),
    ...(failed > 0 ? [`${failed} not in step (holdfast sync --once says which)`] : []),
    ...(renamed > 0 ? [`${renamed} under another name (holdfast doctor says which)`] : []),
    count(number(event, 'files'), 'file')
  ]
  return `${text(event, 'path')}  in step with ${to}: ${parts.join(', ')}`
}

/** Beside other talk: the same and what to do about it. */
export function folderText(event: OutEvent, output: Output): void {
  output.say(folderLine(event))
  whatToDo(event, output)
}

function whatToDo(event: OutEvent, output: Output): void {
  if (text(event, 'code') === '') return
  const many = number(event, 'deletions')
  const which = many > 0 ? ` (${count(many, 'file')})` : ''
  output.warn(`  ${text(event, 'message')}${which} ${text(event, 'remedy')} (${text(event, 'code')})`)
}

/** What a pass of a folder is at. */
export function folderProgress(event: OutEvent): ProgressState {
  const verb = text(event, 'step') === 'writing' ? 'Writing' : 'Sealing'
  const said = `${verb} ${count(number(event, 'files'), 'file')}, ${size(event)}`
  return { done: number(event, 'bytes'), text: said, detail: text(event, 'path') }
}

export const folders: Show = {
  async event(event, output) {
    if (showCommon(event, output)) return
    if (event.type === 'folder') {
      await output.line(folderLine(event))
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
