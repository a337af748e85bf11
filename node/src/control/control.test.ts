import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import fc from 'fast-check'
import { connectControl } from './client.ts'
import type { OperationIo } from '@holdfast/core/ports/operation-io'
import { listenForControl, type ControlServer } from './server.ts'
import type { ControlHandler } from './session.ts'
import { controlSocket, type ControlSocket } from './socket-path.ts'
import { person, steady } from './testing.ts'

// Started again with `serve PATH` this file is the other process.
if (process.argv[2] === 'serve') {
  await listenForControl({ path: process.argv[3]!, makeFolder: undefined }, operations)
  process.stdout.write('ready\n')
} else tests()

async function operations(op: string, args: unknown, io: OperationIo): Promise<void> {
  if (op === 'pid') await io.emit({ type: 'pid', pid: process.pid, args })
  else if (op === 'echo') for await (const piece of io.input()) await io.write(piece)
  else if (op === 'wait') await forever(io)
  else if (op === 'ask') await io.emit({ type: 'answer', yes: await io.ask({ question: 'Sure?' }) })
  else if (op === 'fail') throw new HoldfastError('NOT_FOUND', 'nothing there', { waitMs: 7 })
  else throw new HoldfastError('USAGE')
}

function tests(): void {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-control-'))
  after(() => rm(folder, { recursive: true }))
  let number = 0
  const newSocket = (): ControlSocket => ({ path: join(folder, `${number++}.sock`), makeFolder: undefined })

  test('a call runs in the other process and its output comes back', async () => {
    const { child, socket } = await serve(newSocket())
    const io = person()
    await call(socket, 'pid', { path: ['é', '__proto__'] }, io)
    assert.deepEqual(io.events, [{ type: 'pid', pid: child.pid, args: { path: ['é', '__proto__'] } }])
    child.kill('SIGKILL')
  })

  test('standard input reaches the other process whole, and comes back', async () => {
    const { child, socket } = await serve(newSocket())
    const content = randomBytes(5_000_000)
    const io = person({ input: [content.subarray(0, 1), content.subarray(1, 3_000_000), content.subarray(3_000_000)] })
    await call(socket, 'echo', null, io)
    assert.ok(Buffer.concat(io.written).equals(content))
    child.kill('SIGKILL')
  })

  test('the socket of a killed process is replaced; that of a living one is not', async () => {
    const { child, socket } = await serve(newSocket())
    await assert.rejects(listenForControl(socket, operations), { code: 'IN_USE' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(await connectControl(socket), undefined)
    const server = await listen(socket, operations)
    const io = person()
    await call(socket, 'pid', null, io)
    assert.equal(io.events[0]?.['pid'], process.pid)
    await server.close()
    assert.equal(await connectControl(socket), undefined)
  })

  test('a process that dies during a call is reported, not taken for done', async () => {
    const { child, socket } = await serve(newSocket())
    const io = person({ onEvent: () => child.kill('SIGKILL') })
    await assert.rejects(call(socket, 'wait', null, io), { code: 'DISCONNECTED' })
  })

  test('Ctrl-C stops the operation over there', async () => {
    const socket = newSocket()
    const ended: unknown[] = []
    const server = await listen(socket, async (_op, _args, io) => {
      await forever(io).catch((error: unknown) => ended.push(error))
      throw new HoldfastError('STORE_FAILED') // what its parts throw when stopped is not what the person did
    })
    const interrupt = new AbortController()
    const io = person({ signal: interrupt.signal, onEvent: () => interrupt.abort() })
    await assert.rejects(call(socket, 'wait', null, io), { code: 'ABORTED' })
    assert.equal(ended.length, 1)
    await server.close()
  })

  test('Ctrl-C stops an operation whose input nobody reads', async () => {
    const socket = newSocket()
    const server = await listen(socket, async (_op, _args, io) => {
      for await (const _piece of io.input()) await forever(io)
    })
    const interrupt = new AbortController()
    const io = person({ signal: interrupt.signal, onEvent: () => interrupt.abort(), input: endless() })
    await assert.rejects(call(socket, 'x', null, io), { code: 'ABORTED' })
    await server.close()
  })

  test('a client that goes away stops its operation', async () => {
    const socket = newSocket()
    let ended!: (reason: unknown) => void
    const end = new Promise<unknown>((resolve) => (ended = resolve))
    const server = await listen(socket, (_op, _args, io) => forever(io).catch(ended))
    const interrupt = new AbortController()
    const broken = person({ signal: interrupt.signal, onEvent: () => Promise.reject(new HoldfastError('ABORTED')) })
    await assert.rejects(call(socket, 'wait', null, broken), { code: 'ABORTED' })
    assert.ok((await end) instanceof HoldfastError)
    await server.close()
  })

  test('closing ends what runs and says so', async () => {
    const socket = newSocket()
    const server = await listen(socket, operations)
    const io = person({ onEvent: () => void server.close() })
    await assert.rejects(call(socket, 'wait', null, io), { code: 'DISCONNECTED' })
  })

  test('a reader that stops reading stops the writer', async () => {
    const socket = newSocket()
    let accepted = 0
    const server = await listen(socket, async (_op, _args, io) => {
      for (let i = 0; i < 64; i++) {
        await io.write(new Uint8Array(1024 * 1024))
        accepted += 1
      }
    })
    let release!: () => void
    const gate = new Promise<void>((resolve) => (release = resolve))
    const io = person({ onWrite: () => gate })
    const done = call(socket, 'flood', null, io)
    await steady(() => accepted)
    assert.ok(accepted < 8, `${accepted} MiB were taken from the writer`)
    release()
    await done
    assert.equal(Buffer.concat(io.written).length, 64 * 1024 * 1024)
    await server.close()
  })

  test('an operation that does not read stops the sender', async () => {
    const socket = newSocket()
    let sent = 0
    const server = await listen(socket, async (_op, _args, io) => {
      for await (const _piece of io.input()) {
        await steady(() => sent)
        return
      }
    })
    const counted = (async function* () {
      for await (const piece of endless()) {
        sent += 1
        yield piece
      }
    })()
    await call(socket, 'x', null, person({ input: counted }))
    assert.ok(sent < 10, `${sent} pieces were sent`)
    await server.close()
  })

  test('errors arrive with code, words and waiting time', async () => {
    const socket = newSocket()
    const server = await listen(socket, operations)
    await assert.rejects(call(socket, 'fail', null, person()), {
      code: 'NOT_FOUND',
      message: 'nothing there',
      waitMs: 7
    })
    await assert.rejects(call(socket, 'unknown', null, person()), { code: 'USAGE' })
    await server.close()
  })

  test('a question is answered by the person who called, and only by a person', async () => {
    const socket = newSocket()
    const server = await listen(socket, operations)
    const io = person({ answer: true })
    await call(socket, 'ask', null, io)
    assert.deepEqual(io.events, [{ type: 'answer', yes: true }])
    await assert.rejects(call(socket, 'ask', null, person()), { code: 'NEEDS_CONFIRMATION' })
    await server.close()
  })

  test('garbage ends its own connection and nothing else', async () => {
    const socket = newSocket()
    const server = await listen(socket, operations)
    const hostile = fc.uint8Array({ minLength: 5, maxLength: 400 }).map((bytes) => [bytes])
    await fc.assert(
      fc.asyncProperty(hostile, (pieces) => sendRaw(socket, pieces)),
      { numRuns: 100 }
    )
    await sendRaw(socket, [Uint8Array.of(0xff, 0xff, 0xff, 0xff, 3)]) // 4 GiB are announced
    const waiting = Buffer.from('{"op":"wait","args":null}')
    const stdin = Buffer.from([0, 0, 0, 1, 3, 65])
    await sendRaw(socket, [Buffer.from([0, 0, 0, waiting.length, 0]), waiting, stdin]) // input nobody asked for
    const io = person()
    await call(socket, 'pid', null, io)
    assert.equal(io.events.length, 1)
    await server.close()
  })

  test('only its owner may open the socket, and only a folder of ours holds it', async () => {
    const long = join(folder, 'x'.repeat(120))
    const socket = controlSocket(long, { XDG_RUNTIME_DIR: folder })
    assert.ok(Buffer.byteLength(socket.path) <= 100)
    const server = await listen(socket, operations)
    assert.equal(statSync(socket.path).mode & 0o777, 0o600)
    assert.equal(statSync(socket.makeFolder!).mode & 0o777, 0o700)
    await server.close()
    await chmod(socket.makeFolder!, 0o755)
    await assert.rejects(listenForControl(socket, operations), { code: 'STORE_FAILED' })
    assert.equal(await connectControl(socket), undefined)
  })

  test('a file where the socket should be is an error, and stays', async () => {
    const socket = newSocket()
    await mkdir(socket.path)
    await assert.rejects(listenForControl(socket, operations), { code: 'STORE_FAILED' })
    const other = newSocket()
    writeFileSync(other.path, 'mine')
    await assert.rejects(listenForControl(other, operations), { code: 'STORE_FAILED' })
    assert.equal(statSync(other.path).size, 4)
  })
}

async function call(socket: ControlSocket, op: string, args: unknown, io: OperationIo): Promise<void> {
  const client = await connectControl(socket)
  assert.ok(client !== undefined, 'nobody answers')
  await client.call(op, args, io)
}

async function forever(io: OperationIo): Promise<void> {
  await io.emit({ type: 'waiting' })
  await new Promise((_resolve, reject) => io.signal.addEventListener('abort', () => reject(io.signal.reason as Error)))
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(256 * 1024)
}

function listen(socket: ControlSocket, handler: ControlHandler): Promise<ControlServer> {
  return listenForControl(socket, handler)
}

async function serve(socket: ControlSocket): Promise<{ child: ChildProcess; socket: ControlSocket }> {
  const child = spawn(process.execPath, [import.meta.filename, 'serve', socket.path], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  after(() => child.kill('SIGKILL'))
  await once(child.stdout!, 'data')
  return { child, socket }
}

/** Resolves when the server has ended the connection. */
function sendRaw(socket: ControlSocket, pieces: Uint8Array[]): Promise<void> {
  return new Promise((resolve) => {
    const connection = connect(socket.path)
    connection.on('error', () => undefined)
    connection.on('close', () => resolve())
    for (const piece of pieces) connection.write(piece)
    connection.end()
    connection.resume()
  })
}
