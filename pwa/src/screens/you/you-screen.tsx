import { hashOf } from '../../app/routes.ts'
import { shownState, STATE_ICONS, STATE_TONES, stateWords } from '../../app/state-words.ts'
import { hasNetwork, status } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Section } from '../../ui/list.tsx'
import { Note } from '../../ui/note.tsx'
import { Screen } from '../../ui/screen.tsx'
import { About } from './about.tsx'
import { AppearanceChoice } from './appearance-choice.tsx'
import { Erase } from './erase.tsx'
import { People } from './people.tsx'
import { Storage } from './storage.tsx'
import { TakeOut } from './take-out.tsx'
import { Unlocking } from './unlocking.tsx'
import { Copies } from '../devices/copies.tsx'
import { UpdateNote } from './update-note.tsx'

/** This person, this device, this browser. */
export function YouScreen() {
  return (
    <Screen title={t('you.title')}>
      <UpdateNote />
      <StateCard />
      <Copies />
      <Unlocking />
      <Storage />
      <TakeOut />
      <AppearanceChoice />
      <People />
      <About />
      <Erase />
    </Screen>
  )
}

/** The state as a sentence, with the one thing to do. */
function StateCard() {
  const state = shownState(status.value, hasNetwork.value)
  const { sentence, action } = stateWords(status.value, hasNetwork.value)
  const tone = STATE_TONES[state]
  return (
    <Section title={t('you.state')}>
      <Note
        tone={tone === 'accent' ? 'plain' : tone}
        icon={STATE_ICONS[state]}
        title={t(`state.${state}`)}
        actions={action !== undefined && <LinkButton href={hashOf(action.to)}>{action.label}</LinkButton>}
      >
        <p>{sentence}</p>
        <p class="muted small">{t('state.while-open')}</p>
      </Note>
    </Section>
  )
}
