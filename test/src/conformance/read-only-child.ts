// Opens the stores of a home as somebody who may not write there, and prints the code of the error. As root it drops
// all rights after its modules are loaded (nobody may not read the checkout of root).
import { isHoldfastError } from '@holdfast/core/base/errors'
import { openHomeStores } from '@holdfast/node/disk/home-lock'

const NOBODY = 65534
const [home = ''] = process.argv.slice(2)
if (process.getuid?.() === 0) {
  process.setgroups?.([])
  process.setgid?.(NOBODY)
  process.setuid?.(NOBODY)
}
try {
  await (await openHomeStores(home)).close()
  process.stdout.write('opened')
} catch (error) {
  process.stdout.write(isHoldfastError(error) ? error.code : String(error))
}
