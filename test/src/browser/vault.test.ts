// The vault of a browser without the screens around it, one scene after another with one relay and one laptop.
import './vault/storage.ts'
import './vault/tabs.ts'
import './vault/worker.ts'
import './vault/killed.ts'
