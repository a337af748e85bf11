import { eventOf } from '../process/programs.ts'
import type { Device } from './device.ts'

const WORDS = 12

/**
 * Two people exchange cards, compare the words that each sees, and hold each other's keys for true. Returns the words. Throws when
 * they do not see the same ones.
 */
export async function meet(
  [one, ones]: readonly [Device, name: string],
  [other, others]: readonly [Device, name: string]
): Promise<string> {
  const cards = await Promise.all([cardOf(one, ones), cardOf(other, others)])
  const [here, there] = await Promise.all([wordsWith(one, cards[1]), wordsWith(other, cards[0])])
  if (here !== there || here.split(' ').length !== WORDS)
    throw new Error('The two people do not see the same twelve words.')
  await Promise.all([
    one.call('contact add', { card: cards[1], verified: true }),
    other.call('contact add', { card: cards[0], verified: true })
  ])
  return here
}

async function cardOf(device: Device, name: string): Promise<string> {
  return String(eventOf({ events: await device.call('contact', { name }) }, 'contact')['card'])
}

async function wordsWith(device: Device, card: string): Promise<string> {
  const events = await device.call('contact add', { card })
  return (eventOf({ events }, 'compare')['words'] as string[]).join(' ')
}
