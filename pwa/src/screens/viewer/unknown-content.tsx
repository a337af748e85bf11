import { t } from '../../strings/t.ts'
import type { TextKey } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { FileEntry } from '../files/file-entry.ts'
import { sizeText } from '../files/format.ts'
import { kindOf } from '../files/kind.ts'
import { kindIcon } from '../files/kind-icon.ts'
import { saveCopy } from '../files/save.ts'

/** A file that is not shown: why, how large it is, and the way out. */
export function UnknownContent({ entry, why = 'viewer.unknown' }: { entry: FileEntry; why?: TextKey }) {
  return (
    <div class="unknown-content">
      <Icon name={kindIcon(kindOf(entry))} size={32} />
      <p>{t(why)}</p>
      {entry.bytes !== undefined && <p class="unknown-size">{sizeText(entry.bytes)}</p>}
      {entry.kind === 'file' && (
        <Button icon="download" onClick={() => void saveCopy(entry)}>
          {t('files.save')}
        </Button>
      )}
    </div>
  )
}
