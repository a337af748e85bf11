// Finds in a Markdown text what it promises: paths, links, npm scripts, commands.

/** The text of every code span and every line of every fenced block. */
export function codeIn(markdown: string): string[] {
  const { fenced, prose } = split(markdown)
  return [...spans(prose), ...fenced]
}

/** Paths of this repository in code spans. A pattern counts as the folder in front of its first wildcard. */
export function pathsIn(markdown: string): string[] {
  return spans(split(markdown).prose)
    .filter((span) => PATH.test(span) && !/[/]dist(?:[/]|$)|\s/.test(span))
    .map((span) => span.replace(/[/][^/]*[*{<].*$/, '').replace(/[/]$/, ''))
}
const PATH =
  /^(?:(?:core|node|relay-pi|pwa|test|docs|scripts|\.ci)[/][\w.*{<]|[A-Z]+\.md$|(?:package(?:-lock)?|tsconfig[.\w]*|biome)\.json$|LICENSE$)/

/** Targets of links to files beside the document. */
export function linksIn(markdown: string): string[] {
  return [...split(markdown).prose.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
}

export function npmScriptsIn(markdown: string): string[] {
  return codeIn(markdown).flatMap((code) =>
    [...code.matchAll(/\bnpm (?:run (?:-s )?([\w:-]+)|(test|start)\b)/g)].map((match) => match[1] ?? match[2] ?? '')
  )
}

/** The commands of `program` in one piece of code: its first word, and the second where the first only groups. */
export function commandsIn(code: string, program: string): string[] {
  const pattern = new RegExp(`(?:^|[;|&$(] *|npx --no-install |sudo )${program}(?= |$)((?: [a-z][a-z-]*)*)`, 'g')
  return [...code.matchAll(pattern)].map((match) => {
    const [first = '', second = ''] = (match[1] ?? '').trim().split(' ')
    return first === 'relay' ? `${first} ${second}`.trim() : first
  })
}

const spans = (prose: string): string[] => [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')

function split(markdown: string): { fenced: string[]; prose: string } {
  const fenced: string[] = []
  const prose: string[] = []
  let inside = false
  for (const line of markdown.split('\n')) {
    if (/^\s*(?:```|~~~)/.test(line)) inside = !inside
    else if (inside || /^ {4}/.test(line)) fenced.push(line.trim())
    else prose.push(line)
  }
  return { fenced, prose: prose.join('\n') }
}
