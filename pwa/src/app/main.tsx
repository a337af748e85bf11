import '../ui/tokens.css'
import '../ui/reset.css'
import { render } from 'preact'
import { connect } from '../bridge/connect.ts'
import { LANGUAGE } from '../strings/t.ts'
import { App } from './app.tsx'
import { startAwake } from './awake.ts'
import { startRouter } from './router.ts'
import { startTheme } from './theme.ts'
import { startUpdates } from './updates.ts'
import { startVault } from './vault.ts'

document.documentElement.lang = LANGUAGE
startTheme()
startRouter()
startVault(connect())
startAwake()
render(<App />, document.getElementById('app')!)
void startUpdates()
