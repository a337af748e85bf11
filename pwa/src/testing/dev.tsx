import '../ui/tokens.css'
import '../ui/reset.css'
import { render } from 'preact'
import { App } from '../app/app.tsx'
import { startRouter } from '../app/router.ts'
import { startTheme } from '../app/theme.ts'
import { startVault } from '../app/vault.ts'
import { FakeVault } from './fake-vault.ts'
import { SCENES } from './scenes.ts'

// Every screen in every state without a relay or a laptop: `dev.html?scene=NAME#/route`, and `&dir=rtl`. Only the development server has this page.
const asked = new URLSearchParams(location.search)
document.documentElement.dir = asked.get('dir') ?? 'ltr'
startTheme()
startRouter()
startVault(new FakeVault(SCENES[asked.get('scene') ?? 'empty'] ?? {}))
render(<App />, document.getElementById('app')!)
