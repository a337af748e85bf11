import { eventsOf, flagOf, textOf } from '../../app/fields.ts'
import { useLoaded } from '../../app/loaded.ts'
import { run } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Chip } from '../../ui/chip.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { List, Row } from '../../ui/list.tsx'
import { Name } from '../../ui/name.tsx'
import { shown } from '../../ui/shown.ts'

/** The people whose cards are kept, and whether the words were ever compared with them. */
export function Contacts() {
  const contacts = useLoaded(async () => eventsOf(await run('contact ls'), 'contact'))
  if (contacts.error !== undefined) return <ErrorNote error={contacts.error} retry={contacts.reload} />
  if (contacts.value === undefined || contacts.value.length === 0) return null
  return (
    <List label={t('you.contacts')}>
      {contacts.value.map((contact) => (
        <Row
          key={textOf(contact, 'account')}
          icon="you"
          title={<Name text={textOf(contact, 'name')} />}
          detail={
            <>
              <Trust isVerified={flagOf(contact, 'verified')} isBlocked={flagOf(contact, 'blocked')} />
              <span class="name">{shown(textOf(contact, 'fingerprint'))}</span>
            </>
          }
        />
      ))}
    </List>
  )
}

function Trust({ isVerified, isBlocked }: { isVerified: boolean; isBlocked: boolean }) {
  if (isBlocked)
    return (
      <Chip tone="danger" icon="close">
        {t('you.contact.blocked')}
      </Chip>
    )
  return isVerified ? (
    <Chip tone="ok" icon="check">
      {t('you.invite.trust.verified')}
    </Chip>
  ) : (
    <Chip tone="warn" icon="warning">
      {t('you.invite.trust.unverified')}
    </Chip>
  )
}
