import type { Intents } from './intents.ts'
import type { Replica } from '../replica/replica.ts'

/** Ends intents whose object was pinned or shredded right before this home was killed. */
export async function endSettled(intents: Intents, replica: Replica): Promise<void> {
  for (const { vault, object } of [...intents.list()]) {
    const pins = replica.vault(vault)?.log.pins()
    if (pins?.recordOf(object) !== undefined || pins?.isShredded(object) === true) await intents.end(vault, [object])
  }
}
