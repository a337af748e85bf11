// npm run screenshots: every screen of the app with real data, as a phone and as a desktop shows it, light and dark.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeSample } from '@holdfast/node/story/sample/sample-folder'
import { ROOT } from '@holdfast/node/story/process/programs'
import { FilesPage } from './files-page.ts'
import { bringUp, openStage } from './harness.ts'
import type { Phone, Stage } from './harness.ts'
import { inside, pair, PASSPHRASE, protect } from './pair.ts'

const FOLDER = join(ROOT, 'docs', 'screenshots')
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const
/** They are part of the repository: a picture that is larger shows something that does not belong there. */
const MAX_BYTES = 300_000

const { stage, close } = await openStage()
try {
  mkdirSync(FOLDER, { recursive: true })
  await bringUp(stage)
  await makeSample(stage.path('docs'))
  await stage.laptop.call('add', { paths: [stage.path('docs')], to: '/docs' })
  await showBeginning(stage)
  await showVault(stage)
} finally {
  await close()
}

async function showBeginning({ phone }: Stage): Promise<void> {
  const fresh = await phone({ viewport: SIZES.phone })
  const page = await fresh.open()
  await page.getByRole('link', { name: 'Create a new vault' }).waitFor()
  await shoot(fresh, 'start')
  await page.getByRole('link', { name: 'I have only my recovery kit' }).click()
  await page.getByRole('button', { name: 'Continue' }).waitFor()
  await shoot(fresh, 'recover')
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('link', { name: 'Create a new vault' }).click()
  await protect(fresh, 'phone', 'Create the vault')
  await page.getByText('Your recovery kit').waitFor()
  await shoot(fresh, 'kit')
}

async function showVault({ laptop, phone: newPhone }: Stage): Promise<void> {
  const phone = await newPhone({ viewport: SIZES.phone })
  await pair(phone, laptop, 'phone', (screen) => shoot(phone, screen))
  const { page } = phone
  const go = async (hash: string, sign: string): Promise<void> => {
    await page.evaluate((to) => void (location.hash = to), hash)
    await page.getByText(sign).first().waitFor()
  }
  const goIn = async (...names: string[]): Promise<void> => {
    const files = new FilesPage(page)
    await files.go('/')
    for (const name of names) await files.open(name)
  }
  await goIn('docs')
  await page.getByText('letter to my future self').first().waitFor()
  await shoot(phone, 'files')
  await goIn('docs', 'pictures', 'sunrise over the harbour.png')
  await page.locator('img').first().waitFor()
  await shoot(phone, 'viewer-picture')
  await goIn('docs', 'letter to my future self.txt')
  await page.getByText('Dear me').first().waitFor()
  await shoot(phone, 'viewer-text')
  await goIn('docs')
  await page.getByText('letter to my future self').first().waitFor()
  await page.getByRole('button', { name: 'Show as a grid' }).click()
  await shoot(phone, 'files-grid')
  for (const [hash, sign] of [
    ['activity', 'Activity'],
    ['devices', 'laptop'],
    ['devices/add', 'Copy the link'],
    ['you', 'Lock now']
  ] as const) {
    await go(`#/${hash}`, sign)
    await shoot(phone, hash === 'devices/add' ? 'add-device' : hash)
  }
  for (const [opens, sign, name] of [
    ['Check it', 'Give the kit once more', 'check-kit'],
    ['Take out …', 'is fetched first', 'take-out']
  ] as const) {
    await page.getByRole('button', { name: opens, exact: true }).click()
    await page.getByText(sign).first().waitFor()
    await shoot(phone, name)
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  }
  await showClosed(phone)
}

async function showClosed(phone: Phone): Promise<void> {
  const first = phone.page
  await phone.open()
  await phone.page.getByRole('button', { name: 'Use it here' }).waitFor()
  await shoot(phone, 'elsewhere')
  await first.close()
  await phone.reload()
  await phone.page.getByLabel('Passphrase of this device').waitFor()
  await shoot(phone, 'locked')
  await phone.page.getByLabel('Passphrase of this device').fill(PASSPHRASE)
  await phone.page.getByRole('button', { name: 'Unlock' }).click()
  await inside(phone)
  const session = await phone.context.newCDPSession(phone.page)
  const storageTypes = 'indexeddb,cache_storage'
  await phone.page.goto('about:blank')
  await session.send('Storage.clearDataForOrigin', { origin: new URL(phone.url).origin, storageTypes })
  await phone.open()
  await phone.page.getByText('Something is missing').first().waitFor()
  await shoot(phone, 'missing')
}

/** What the page shows now, four times. */
async function shoot({ page }: Phone, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      const png = await page.screenshot({ animations: 'disabled', caret: 'hide' })
      if (png.length > MAX_BYTES) throw new Error(`${name}, ${size}, ${colorScheme}: ${png.length} bytes`)
      writeFileSync(join(FOLDER, `${name}-${size}-${colorScheme}.png`), png)
    }
  }
  await page.setViewportSize(SIZES.phone)
  process.stdout.write(`docs/screenshots/${name}-*.png\n`)
}
