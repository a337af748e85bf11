// The app from its first start to a paired device, one scene after another with one relay and one laptop.
import './app/shell.ts'
import './app/scan.ts'
import './app/first-run.ts'
import './app/alone.ts'
import './app/keyboard.ts'
import './app/axe.ts'
