import { QrPicture } from '../../qr/qr-picture.tsx'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { canShare, copyText, shareText } from '../../ui/hand-out.ts'
import { Waiting } from '../../ui/progress.tsx'
import { shown } from '../../ui/shown.ts'
import { Words } from '../../ui/words.tsx'

interface InvitationProps {
  readonly link: string
  readonly words: readonly string[]
  readonly addresses: readonly string[]
}

/** An invitation to scan, to pass on, or to type. */
export function Invitation({ link, words, addresses }: InvitationProps) {
  return (
    <div class="add-device">
      <section class="add-device-scan">
        <p>{t('offer.lead')}</p>
        <QrPicture text={link} label={t('offer.qr')} />
        <div class="add-device-ways">
          <Button icon="copy" onClick={() => void copyText(link)}>
            {t('offer.copyLink')}
          </Button>
          {canShare() && (
            <Button icon="share" onClick={() => void shareText(link)}>
              {t('offer.shareLink')}
            </Button>
          )}
        </div>
        <Waiting>{t('offer.waiting')}</Waiting>
        <p class="muted small">{t('offer.expires')}</p>
      </section>
      <details class="add-device-type">
        <summary>{t('offer.type')}</summary>
        <div class="stack">
          <p class="small">{t('offer.type.lead')}</p>
          <Words label={t('join.words')} words={words} />
          <dl class="stack-tight">
            <dt class="small">{t('offer.address')}</dt>
            {addresses.map((address) => (
              <dd key={address} class="code-block">
                {shown(address)}
              </dd>
            ))}
          </dl>
        </div>
      </details>
    </div>
  )
}
