import { promisifyRequest } from 'idb-keyval'
import { HoldfastError } from '@holdfast/core/base/errors'
import { asStore } from './errors.ts'

const STORE = 'keyval'
/** Which making of the database this is: numbers stand before all text and lists, so no range of ours meets it. */
const INSTANCE_KEY = 0

/** Does something in one transaction; what it returns is awaited. */
export type InStore<T> = (store: IDBObjectStore) => T | PromiseLike<T>

/**
 * One IndexedDB database with one object store, as idb-keyval has them, with what its own `createStore` leaves out: transactions
 * that are on the medium when they complete (`strict`), and a database that was cleared while it was open is never taken for an
 * empty one. Browsers close connections by themselves: then it is opened again if it is still the same.
 */
export class Database {
  readonly name: string
  /** Hexadecimal, drawn when it was made. */
  readonly instance: string
  readonly #onLost: () => void
  #connection: IDBDatabase | undefined
  #opening: Promise<IDBDatabase> | undefined
  #isClosed = false

  /** Makes it where there is none. `onLost`: it was cleared while it was open. Throws STORE_FAILED, STORE_READ_ONLY, STORE_FULL. */
  static open(name: string, onLost: () => void = () => undefined): Promise<Database> {
    return asStore(async () => {
      const connection = await connect(name)
      return new Database(name, connection, await instanceOf(connection), onLost)
    })
  }

  private constructor(name: string, connection: IDBDatabase, instance: string, onLost: () => void) {
    this.name = name
    this.instance = instance
    this.#onLost = onLost
    this.#use(connection)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Transactions take effect in the order of the calls. All of one that changes is on the medium when it resolves, or nothing. */
  read<T>(work: InStore<T>): Promise<T> {
    return this.#run('readonly', (transaction) => work(transaction.objectStore(STORE)))
  }

  write(work: (store: IDBObjectStore) => void): Promise<void> {
    return this.#run('readwrite', (transaction) => {
      const ended = endOf(transaction)
      try {
        work(transaction.objectStore(STORE))
      } catch (error) {
        ended.catch(() => undefined)
        transaction.abort() // or what was asked for until here would be written
        throw error
      }
      return ended
    })
  }

  /** What was begun is ended first, by the browser. */
  close(): void {
    this.#isClosed = true
    this.#connection?.close()
    this.#connection = undefined
  }

  async #run<T>(mode: IDBTransactionMode, work: (transaction: IDBTransaction) => T | PromiseLike<T>): Promise<T> {
    if (this.#isClosed) throw new HoldfastError('STORE_CLOSED')
    return asStore(() => {
      const transaction = this.#connection === undefined ? undefined : begin(this.#connection, mode)
      if (transaction !== undefined) return work(transaction)
      return this.#again().then((connection) => work(connection.transaction(STORE, mode, { durability: 'strict' })))
    })
  }

  #again(): Promise<IDBDatabase> {
    this.#connection = undefined
    this.#opening ??= (async () => {
      const connection = await connect(this.name)
      if ((await instanceOf(connection)) !== this.instance) {
        connection.close()
        this.#isClosed = true
        this.#onLost()
        throw new HoldfastError('STORE_FAILED', 'the browser has cleared what was stored')
      }
      this.#use(connection)
      return connection
    })().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  #use(connection: IDBDatabase): void {
    this.#connection = connection
    connection.onclose = () => {
      if (this.#connection !== connection) return
      this.#connection = undefined
      void this.#again().catch(() => undefined) // asks at once whether it was cleared; whoever uses it hears why not
    }
  }
}

export async function deleteDatabase(name: string): Promise<void> {
  await asStore(() => promisifyRequest(indexedDB.deleteDatabase(name)))
}

function connect(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE)
  return promisifyRequest(request)
}

/** Undefined when the connection was closed from outside. */
function begin(connection: IDBDatabase, mode: IDBTransactionMode): IDBTransaction | undefined {
  try {
    return connection.transaction(STORE, mode, { durability: 'strict' })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'InvalidStateError') return undefined
    throw error
  }
}

async function instanceOf(connection: IDBDatabase): Promise<string> {
  const transaction = connection.transaction(STORE, 'readwrite', { durability: 'strict' })
  const store = transaction.objectStore(STORE)
  const ended = endOf(transaction)
  const found: unknown = await promisifyRequest<unknown>(store.get(INSTANCE_KEY))
  if (typeof found === 'string') return found
  const drawn = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
  store.put(drawn, INSTANCE_KEY)
  await ended
  return drawn
}

/** idb-keyval's own would reject with nothing when a request fails: why is known only when the transaction has ended. */
function endOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new DOMException('', 'AbortError'))
  })
}
