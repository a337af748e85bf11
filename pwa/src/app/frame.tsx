import './frame.css'
import type { ComponentChildren } from 'preact'
import { t } from '../strings/t.ts'
import type { TextKey } from '../strings/t.ts'
import { Icon } from '../ui/icon.tsx'
import type { IconName } from '../ui/icon-paths.ts'
import { Mark } from '../ui/mark.tsx'
import { route } from './router.ts'
import { hashOf } from './routes.ts'
import type { Route } from './routes.ts'
import { StateChip } from './state-chip.tsx'

interface Place {
  readonly to: Route
  readonly icon: IconName
  readonly words: TextKey
  readonly screens: readonly Route['screen'][]
}

const PLACES: readonly Place[] = [
  { to: { screen: 'files', path: '/' }, icon: 'files', words: 'nav.files', screens: ['home', 'files', 'view'] },
  { to: { screen: 'activity' }, icon: 'activity', words: 'nav.activity', screens: ['activity'] },
  { to: { screen: 'devices' }, icon: 'devices', words: 'nav.devices', screens: ['devices', 'add-device'] },
  { to: { screen: 'you' }, icon: 'you', words: 'nav.you', screens: ['you'] }
]

/** What stands around every screen of an open vault: the four places and the state. A bar below, from 900 px a rail at the side. */
export function Frame({ children }: { children: ComponentChildren }) {
  return (
    <div class="frame">
      <a
        class="frame-skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('content')?.focus()
        }}
      >
        {t('nav.skip')}
      </a>
      <header class="frame-head">
        <span class="frame-brand">
          <Mark size={28} />
          <span>{t('title.app')}</span>
        </span>
        <StateChip />
      </header>
      <nav class="frame-nav" aria-label={t('nav.label')}>
        <ul>
          {PLACES.map(({ to, icon, words, screens }) => (
            <li key={words}>
              <a href={hashOf(to)} aria-current={screens.includes(route.value.screen) ? 'page' : undefined}>
                <Icon name={icon} size={24} />
                <span>{t(words)}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main class="frame-main" id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}
