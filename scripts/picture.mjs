// Makes docs/npm-start.svg: runs the real npm start and draws what it printed, letter by letter, with its colours.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { begin, fail, inRoot } from './house.mjs'

begin(`
Usage: node scripts/picture.mjs

Runs npm start in a folder of its own, waits until the story is told, ends it, and draws the terminal as
docs/npm-start.svg.`)

const COLORS = { 31: '#FF8A80', 32: '#7FD393', 33: '#F0B35A', 36: '#5CC8B4' }
const ESCAPE = '\u001b['
const COLOR_CODE = new RegExp(`(${ESCAPE.replace('[', '\\[')}[\\d;]*m)`)
const told = 'Everything stays up until'
const folder = mkdtempSync(join(tmpdir(), 'holdfast-picture-'))
const output = await story()
rmSync(folder, { recursive: true, force: true })
// People see it in the usual folder.
const lines = output
  .slice(output.indexOf('\n') + 1)
  .replaceAll(folder, '.holdfast')
  .replace(/^holdfast:pair.*$/m, 'holdfast:pair/...')
  .trim()
  .split('\n')
writeFileSync(inRoot('docs', 'npm-start.svg'), svg(['\u001b[2m$\u001b[0m npm start', '', ...lines].map(runsOf)))
process.stdout.write(`docs/npm-start.svg: ${lines.length} lines\n`)

function story() {
  const child = spawn(process.execPath, [inRoot('scripts', 'start.mjs'), '--at', folder], {
    env: { ...process.env, FORCE_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (piece) => {
    process.stdout.write(piece)
    if (!text.includes(told)) text += piece
    if (text.includes(told)) child.kill('SIGTERM')
  })
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (code !== 0 || !text.includes(told)) fail('npm start did not tell its story to the end.')
      resolve(text.slice(0, text.indexOf(told)))
    })
  })
}

/** A line as [{ column, text, bold, dim, color }]; the only escapes that the story uses are these colours. */
function runsOf(line) {
  const runs = []
  let style = {}
  let column = 0
  for (const part of line.split(COLOR_CODE)) {
    if (part.startsWith(ESCAPE)) style = part.slice(ESCAPE.length, -1).split(';').reduce(restyle, style)
    else {
      const indent = part.length - part.trimStart().length
      if (part.trim() !== '') runs.push({ column: column + indent, text: part.trim(), ...style })
      column += [...part].length
    }
  }
  return runs
}

function restyle(style, code) {
  const number = Number(code)
  if (number === 0) return {}
  if (number === 1) return { ...style, bold: true }
  if (number === 2) return { ...style, dim: true }
  if (number === 22) return { ...style, bold: false, dim: false }
  if (number === 39) return { ...style, color: undefined }
  return { ...style, color: COLORS[number] ?? style.color }
}

function svg(rows) {
  const [cell, height, margin] = [7.8, 19, 20]
  const columns = Math.max(...rows.flat().map(({ column, text }) => column + [...text].length))
  const width = Math.ceil(columns * cell + 2 * margin)
  const body = rows.flatMap((runs, row) =>
    runs.map(({ column, text, bold, dim, color }) => {
      const fill = color ?? (dim ? '#A9A9A2' : '#F2F2EE')
      const weight = bold ? ' font-weight="bold"' : ''
      const length = ` textLength="${([...text].length * cell).toFixed(1)}"`
      const x = (margin + column * cell).toFixed(1)
      return `<text x="${x}" y="${margin + 13 + row * height}" fill="${fill}"${weight}${length}>${escaped(text)}</text>`
    })
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${rows.length * height + 2 * margin}" role="img">
<title>What npm start prints</title>
<rect width="100%" height="100%" rx="12" fill="#141413"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" xml:space="preserve">
${body.join('\n')}
</g>
</svg>
`
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
