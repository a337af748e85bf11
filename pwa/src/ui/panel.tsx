import './panel.css'
import type { ComponentChildren } from 'preact'
import { useEntered } from './screen.tsx'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'
import { Mark } from './mark.tsx'
import { t } from '../strings/t.ts'

interface PanelProps {
  readonly title: string
  readonly children: ComponentChildren
  readonly lead?: ComponentChildren
  /** Instead of the app's own mark. */
  readonly icon?: IconName
  readonly tone?: 'accent' | 'warn' | 'danger'
  readonly onBack?: () => void
  /** Its actions lie at the bottom edge of a phone. */
  readonly isStart?: boolean
}

/** A screen outside the frame, one thing in the middle of the page: first run, lock, and what stands in the way. */
export function Panel({ title, children, lead, icon, tone = 'accent', onBack, isStart = false }: PanelProps) {
  const heading = useEntered(title)
  return (
    <main class={isStart ? 'panel panel-start' : 'panel'} id="content">
      <div class="panel-box">
        {onBack !== undefined && (
          <div class="panel-back">
            <IconButton icon="back" label={t('common.back')} onClick={onBack} />
          </div>
        )}
        <header class="panel-head">
          {icon === undefined ? (
            <Mark />
          ) : (
            <span class={`panel-icon panel-${tone}`}>
              <Icon name={icon} size={24} />
            </span>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p class="panel-lead">{lead}</p>}
        </header>
        {children}
      </div>
    </main>
  )
}
