import './activity.css'
import { t } from '../../strings/t.ts'
import { Screen } from '../../ui/screen.tsx'
import { AddNote } from '../files/add-note.tsx'
import { Conflicts } from './conflicts.tsx'
import { Deleted } from './deleted.tsx'
import { Log } from './log.tsx'
import { TransferList } from './transfer-list.tsx'

/** What is on its way, what needs a decision, what was changed lately, and what was deleted. */
export function ActivityScreen() {
  return (
    <Screen title={t('activity.title')} wide>
      <AddNote />
      <Conflicts />
      <TransferList />
      <Log />
      <Deleted />
    </Screen>
  )
}
