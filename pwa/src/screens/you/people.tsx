import { useState } from 'preact/hooks'
import { eventsOf, textOf } from '../../app/fields.ts'
import { useLoaded } from '../../app/loaded.ts'
import { run } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { IconButton } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { List, Row, Section } from '../../ui/list.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { CardDialog } from './card-dialog.tsx'
import { Contacts } from './contacts.tsx'
import { Invite } from './invite.tsx'

/** What others see of this account, and what they offer to it. */
export function People() {
  const [isCardShown, showCard] = useState(false)
  // Asks the relays: not with every change that is seen.
  const invites = useLoaded(async () => eventsOf(await run('invites'), 'invite'), [], { once: true })
  return (
    <Section
      title={t('you.people')}
      actions={<IconButton icon="refresh" label={t('you.invites.look')} onClick={invites.reload} />}
    >
      <List label={t('you.people')}>
        <Row icon="qr" title={t('you.card')} detail={t('you.card.text')} onClick={() => showCard(true)} />
      </List>
      <Contacts />
      {invites.error !== undefined && <ErrorNote error={invites.error} retry={invites.reload} />}
      {invites.value === undefined && invites.error === undefined && <Waiting>{t('you.invites.looking')}</Waiting>}
      {invites.value !== undefined && invites.value.length > 0 && (
        <ul class="stack" aria-label={t('you.invites')}>
          {invites.value.map((invite) => (
            <Invite key={textOf(invite, 'id')} invite={invite} onAnswered={invites.reload} />
          ))}
        </ul>
      )}
      {invites.value?.length === 0 && <p class="muted">{t('you.invites.none')}</p>}
      {isCardShown && <CardDialog onClose={() => showCard(false)} />}
    </Section>
  )
}
