import { appearance, chooseAppearance } from '../../app/theme.ts'
import { t } from '../../strings/t.ts'
import { Choice } from '../../ui/choice.tsx'
import { Section } from '../../ui/list.tsx'

export function AppearanceChoice() {
  return (
    <Section title={t('you.appearance')}>
      <Choice
        legend={t('you.appearance')}
        hideLegend
        value={appearance.value}
        onChange={chooseAppearance}
        options={[
          { value: 'system', label: t('you.appearance.system'), icon: 'system' },
          { value: 'light', label: t('you.appearance.light'), icon: 'sun' },
          { value: 'dark', label: t('you.appearance.dark'), icon: 'moon' }
        ]}
      />
    </Section>
  )
}
