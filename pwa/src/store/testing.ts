import { promisifyRequest } from 'idb-keyval'

/** All that every database of this origin holds, as any script of the origin could read it; and a way to rot it. For tests. */
export async function storedContains(needle: Uint8Array): Promise<boolean> {
  let found = false
  await eachValue((bytes) => void (found ||= placeOf(bytes, needle) >= 0))
  return found
}

/** Flips a bit in every place that holds `needle`. */
export async function damageStored(needle: Uint8Array): Promise<void> {
  await eachValue((bytes, put) => {
    const at = placeOf(bytes, needle)
    if (at < 0) return
    bytes[at + needle.length - 1]! ^= 1
    put()
  })
}

async function eachValue(visit: (bytes: Uint8Array, put: () => void) => void): Promise<void> {
  for (const { name } of await indexedDB.databases()) {
    const database = await promisifyRequest(indexedDB.open(name!))
    for (const store of database.objectStoreNames) await eachOf(database.transaction(store, 'readwrite'), store, visit)
    database.close()
  }
}

function eachOf(
  transaction: IDBTransaction,
  store: string,
  visit: (bytes: Uint8Array, put: () => void) => void
): Promise<void> {
  const request = transaction.objectStore(store).openCursor()
  request.onsuccess = () => {
    const cursor = request.result
    if (cursor === null) return
    const value: unknown = cursor.value
    const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value
    if (bytes instanceof Uint8Array) visit(bytes, () => void cursor.update(value))
    cursor.continue()
  }
  return promisifyRequest(transaction)
}

function placeOf(bytes: Uint8Array, needle: Uint8Array): number {
  for (let at = bytes.indexOf(needle[0]!); at >= 0; at = bytes.indexOf(needle[0]!, at + 1)) {
    if (needle.every((byte, i) => bytes[at + i] === byte)) return at
  }
  return -1
}
