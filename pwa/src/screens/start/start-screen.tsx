import { hashOf } from '../../app/routes.ts'
import { t } from '../../strings/t.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/panel.tsx'

/** Nothing is here yet: the two ways to begin. */
export function StartScreen() {
  return (
    <Panel title={t('start.title')} lead={t('start.lead')} isStart>
      {!isSecureContext && (
        <Note tone="danger" title={t('start.insecure')} alert>
          {t('start.insecure.text')}
        </Note>
      )}
      {isAppleTab() && (
        <Note tone="warn" icon="share" title={t('start.install')}>
          {t('start.install.text')}
        </Note>
      )}
      <div class="stack-tight">
        <LinkButton kind="primary" wide href={hashOf({ screen: 'create' })}>
          {t('start.create')}
        </LinkButton>
        <LinkButton wide href={hashOf({ screen: 'join' })}>
          {t('start.join')}
        </LinkButton>
        <LinkButton kind="quiet" wide href={hashOf({ screen: 'recover' })}>
          {t('start.recover')}
        </LinkButton>
      </div>
    </Panel>
  )
}

/** A tab on an iPhone or iPad, where the installed app would have a storage of its own. */
function isAppleTab(): boolean {
  return (navigator as { standalone?: boolean }).standalone === false
}
