import { useState } from 'preact/hooks'
import { textOf } from '../../app/fields.ts'
import { run } from '../../app/vault.ts'
import type { VaultEvent } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Name } from '../../ui/name.tsx'
import { toast } from '../../ui/toast.tsx'
import './invite.css'

const KINDS = ['folder', 'file', 'conversation'] as const
const ROLES = ['reader', 'writer', 'owner'] as const
const TRUSTS = ['verified', 'unverified', 'unknown'] as const

/** Something that somebody offers, with who they are as far as that is known, and the two answers. */
export function Invite({ invite, onAnswered }: { invite: VaultEvent; onAnswered: () => void }) {
  const [busy, setBusy] = useState<'accept' | 'decline'>()
  const [error, setError] = useState<unknown>()
  const answer = async (operation: 'accept' | 'decline') => {
    setBusy(operation)
    setError(undefined)
    try {
      await run(operation, { id: textOf(invite, 'id') })
      toast({ text: t(operation === 'accept' ? 'you.invite.accepted' : 'you.invite.declined') })
      onAnswered()
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(undefined)
    }
  }
  const kind = oneOf(KINDS, textOf(invite, 'kind'), 'folder')
  const trust = oneOf(TRUSTS, textOf(invite, 'trust'), 'unknown')
  const name = textOf(invite, 'name')
  return (
    <li class="invite">
      <div class="invite-what">
        <Icon name={kind === 'conversation' ? 'people' : kind} />
        <div class="invite-words">
          <p class="invite-name">{name === '' ? t('you.invite.nameless') : <Name text={name} />}</p>
          <p class="muted small">
            {t('you.invite.from')} <Name text={textOf(invite, 'from')} /> ·{' '}
            {t(`you.invite.role.${oneOf(ROLES, textOf(invite, 'role'), 'reader')}`)}
          </p>
        </div>
        <Chip tone={trust === 'verified' ? 'ok' : 'warn'} icon={trust === 'verified' ? 'check' : 'warning'}>
          {t(`you.invite.trust.${trust}`)}
        </Chip>
      </div>
      {error !== undefined && <ErrorNote error={error} />}
      <div class="invite-answers">
        <Button kind="primary" busy={busy === 'accept'} onClick={() => void answer('accept')}>
          {t('you.invite.accept')}
        </Button>
        <Button busy={busy === 'decline'} onClick={() => void answer('decline')}>
          {t('you.invite.decline')}
        </Button>
      </div>
    </li>
  )
}

function oneOf<V extends string>(known: readonly V[], value: string, otherwise: V): V {
  return known.find((one) => one === value) ?? otherwise
}
