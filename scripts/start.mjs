import { become, begin } from './house.mjs'
import { prepare } from './setup.mjs'

const args = begin(`
Usage: npm start [-- DIR] [--at FOLDER]

Shows what Holdfast is for, live: two relays, a laptop, a second device and a second person as real processes on this
machine, under ./.holdfast. Installs and builds what running needs first; the app for browsers is built beside the story,
and its address and a pairing link are shown after it. Started again, it shows how things stand.
  DIR          use the files of this folder instead of the sample folder
  --at FOLDER  keep everything in FOLDER instead of ./.holdfast`)
process.stdout.write('Holdfast: starting (installs and builds what is missing) ...\n')
await prepare('runtime')
await become('node/dist/story/main.js', args)
