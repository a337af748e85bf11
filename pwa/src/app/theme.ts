import { effect, signal } from '@preact/signals'
import { recall, remember } from './remembered.ts'

export type Appearance = 'system' | 'light' | 'dark'

/** What the person chose. */
export const appearance = signal<Appearance>('system')

const KEY = 'holdfast.appearance'

/** Applies what was chosen before, and follows the system where nothing was. */
export function startTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const isSystemDark = signal(system.matches)
  system.addEventListener('change', () => (isSystemDark.value = system.matches))
  appearance.value = remembered()
  effect(() => {
    const isDark = appearance.value === 'dark' || (appearance.value === 'system' && isSystemDark.value)
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      meta.content = isDark ? '#141413' : '#FAFAF8'
    }
  })
}

export function chooseAppearance(chosen: Appearance): void {
  appearance.value = chosen
  remember(KEY, chosen)
}

function remembered(): Appearance {
  const stored = recall(KEY)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}
