import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Plugin, Rolldown } from 'vite'
import * as wasmPlugin from 'vite-plugin-wasm'

/** Its declarations come out one `default` too deep. */
const wasm = (wasmPlugin as unknown as { default: () => Plugin }).default
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Builds one of the pages of this folder (its compiled file) and serves it on loopback until the tests of a file are done. Returns its address. */
export async function servePage(name: string): Promise<string> {
  const { address, close } = await openPage(name)
  after(close)
  return address
}

export interface ServedPage {
  readonly address: string
  close(): void
}

/** Whoever opens it closes it. */
export async function openPage(name: string): Promise<ServedPage> {
  const files = await bundle(name)
  files.set('/', {
    type: 'text/html',
    body: `<!doctype html><link rel="icon" href="data:," /><script type="module" src="/${name}.js"></script>`
  })
  files.set('/empty', { type: 'text/html', body: '<!doctype html><link rel="icon" href="data:," />' })
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '')
    if (file === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': file.type }).end(file.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close }
}

async function bundle(name: string): Promise<Map<string, { type: string; body: string | Uint8Array }>> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    plugins: [wasm()],
    worker: { format: 'es', plugins: () => [wasm()], rolldownOptions: { output: { keepNames: true } } },
    define: { __BUILD__: '"test"' },
    resolve: {
      alias: [
        { find: 'node:test', replacement: here('node-test.js') },
        { find: 'node:assert/strict', replacement: here('node-assert.js') },
        // From the sources, as the app is built: the worker is found beside the file that starts it.
        { find: /^@holdfast\/pwa\/(.*)$/, replacement: here('../../../../pwa/src/$1.ts') }
      ]
    },
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: { [name]: here(`${name}.js`) },
        output: { entryFileNames: '[name].js', keepNames: true }
      }
    }
  })) as Rolldown.RolldownOutput
  return new Map(
    built.output.map((file) =>
      file.type === 'chunk'
        ? [`/${file.fileName}`, { type: 'text/javascript', body: file.code }]
        : [`/${file.fileName}`, { type: typeOf(file.fileName), body: file.source }]
    )
  )
}

function typeOf(file: string): string {
  if (file.endsWith('.js')) return 'text/javascript' // of a worker
  return file.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream'
}
