import './files-screen.css'
import { status } from '../../app/vault.ts'
import { Folder } from './folder.tsx'
import { ROOT } from './paths.ts'
import { hashOf } from '../../app/routes.ts'
import { t } from '../../strings/t.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'

/** A folder of the vault. */
export function FilesScreen({ path }: { path: string }) {
  // Each folder is a screen of its own: it is entered, read out and left.
  return (
    <Folder key={path} path={path}>
      {path === ROOT && <OnlyHereNote />}
    </Folder>
  )
}

/** Files of which this device has the only copy, when nothing is on its way that would change it. */
function OnlyHereNote() {
  const { onlyHere, peers, state } = status.value
  if (onlyHere.files === 0 || state === 'syncing' || state === 'unknown') return null
  return (
    <Note
      tone="warn"
      icon="only-here"
      title={t('files.onlyHere', { count: onlyHere.files })}
      actions={<LinkButton href={hashOf({ screen: 'devices' })}>{t('state.see-devices')}</LinkButton>}
    >
      <p>{t(peers.length === 0 ? 'files.onlyHere.alone' : 'files.onlyHere.text', { count: onlyHere.files })}</p>
    </Note>
  )
}
