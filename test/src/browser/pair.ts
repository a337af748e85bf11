import assert from 'node:assert/strict'
import type { JsonEvent } from '@holdfast/node/story/process/child'
import type { Machine } from '../e2e/machine.ts'
import type { Phone } from './phone.ts'

export const PASSPHRASE = 'plum kettle orbit seven'

/**
 * The phone, which has nothing yet, becomes a device of the laptop's account as a person does it: pastes the link, compares the words with those of
 * the laptop, which lets it in only then, names and protects the device. `look` is called with each screen on the way.
 */
export async function pair(
  phone: Phone,
  laptop: Machine,
  name = 'phone',
  look: (screen: 'pair' | 'protect' | 'compare') => Promise<void> = async () => undefined
): Promise<void> {
  const offer = offerOf(laptop)
  const page = await phone.open('#/join')
  await page.getByRole('radio', { name: 'Link' }).check()
  await page.getByLabel('Pairing link').fill(await offer.link)
  await look('pair')
  await page.getByRole('button', { name: 'Continue' }).click()
  const shown = page.getByLabel('The four words to compare')
  await shown.waitFor()
  const words = (await offer.words).join(' ')
  await look('compare')
  assert.equal((await shown.innerText()).split(/\s+/).join(' '), words, 'both devices show the same words')
  offer.letIn()
  await page.getByLabel('Name of this device').waitFor()
  await look('protect')
  await protect(phone, name, 'Finish')
  await Promise.all([offer.ended, inside(phone)])
}

/** Fills in what protects this device, twice. */
export async function protect({ page }: Phone, name: string, submit: string): Promise<void> {
  await page.getByLabel('Name of this device').fill(name)
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.getByLabel('Passphrase again').fill(PASSPHRASE)
  await page.getByRole('button', { name: submit }).click()
}

export async function unlock({ page }: Phone): Promise<void> {
  await page.getByLabel('Passphrase of this device').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Unlock' }).click()
}

/** Resolves when the vault is open and its screens are reachable. */
export async function inside({ page }: Phone): Promise<void> {
  await page.getByRole('link', { name: 'Files' }).first().waitFor()
}

interface LaptopOffer {
  readonly link: Promise<string>
  readonly words: Promise<readonly string[]>
  letIn(): void
  /** Rejects when the pairing failed. */
  readonly ended: Promise<unknown>
}

function offerOf(laptop: Machine): LaptopOffer {
  let letIn: () => void = () => undefined
  const isLetIn = new Promise<boolean>((resolve) => (letIn = () => resolve(true)))
  const heard = new Map<string, (event: JsonEvent) => void>()
  const first = (type: string): Promise<JsonEvent> => new Promise((resolve) => heard.set(type, resolve))
  const [link, candidate] = [first('link'), first('candidate')]
  const onEvent = (event: JsonEvent): void => heard.get(event.type)?.(event)
  const ended = laptop.call('pair', { yes: false }, onEvent, { ask: () => isLetIn })
  const orFailed = <T>(wanted: Promise<T>): Promise<T> =>
    Promise.race([wanted, ended.then(() => Promise.reject(new Error('the pairing ended')))])
  return {
    link: orFailed(link.then((event) => String(event['link']))),
    words: orFailed(candidate.then((event) => event['words'] as string[])),
    letIn,
    ended
  }
}
