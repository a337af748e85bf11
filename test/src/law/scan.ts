// Reads TypeScript just well enough for the law: comments gone, text in quotes blanked, imports listed.

export interface Scan {
  /** The source without comments and with the inside of strings and regular expressions blanked. */
  code: string
  /** The specifiers of all imports, exports from, literal import() and new URL(..., import.meta.url). */
  imports: string[]
  /** Those of them that are named by new URL(...): workers, which share no memory with who starts them. */
  urls: string[]
  /** Whether it imports something whose name is computed, which no table can judge. */
  computed: boolean
}

export function scan(source: string): Scan {
  const { code, texts } = blank(source)
  const imports: string[] = []
  const urls: string[] = []
  for (const match of code.matchAll(IMPORT)) {
    const text = texts.get(match.index + match[0].length)
    if (text === undefined) continue
    imports.push(text)
    if (match[0].startsWith('new')) urls.push(text)
  }
  return { code, imports, urls, computed: COMPUTED.test(code) }
}

// Each pattern ends with the opening quote, behind which the blanked text begins.
const IMPORT =
  /\b(?:import|export)\b[\w\s{},*$]*?\bfrom\s*['"]|\bimport\s*['"]|\b(?:import|require)\s*\(\s*['"`]|\bnew\s+URL\s*\(\s*['"](?=[^)]*import\.meta\.url)/g
const COMPUTED = /(?<![.\w])(?:import|require)\s*\(\s*(?!['"`\s])/

function blank(source: string): { code: string; texts: Map<number, string> } {
  const texts = new Map<number, string>()
  let code = ''
  let at = 0
  // How deep in braces each template we are inside of began its ${.
  const templates: number[] = []
  let depth = 0

  const copyText = (end: (char: string) => boolean): void => {
    const start = at
    while (at < source.length && !end(source[at]!)) at += source[at] === '\\' ? 2 : 1
    texts.set(code.length, source.slice(start, at))
    code += source.slice(start, at).replace(/[^\n]/g, ' ')
  }
  const copyQuoted = (quote: string): void => {
    code += source[at++]
    // Only in the text of JSX does a quote stand alone: then the line ends it.
    copyText((char) => char === quote || char === '\n')
    code += source[at++] ?? ''
  }
  const copyTemplate = (): void => {
    copyText((char) => char === '`' || (char === '$' && source[at + 1] === '{'))
    if (source[at] === '$') {
      templates.push(depth)
      code += '${'
      at += 2
    } else code += source[at++] ?? ''
  }
  const copyRegex = (): void => {
    let inClass = false
    code += source[at++]
    copyText((char) => {
      if (char === '[') inClass = true
      if (char === ']') inClass = false
      return (char === '/' && !inClass) || char === '\n'
    })
    code += source[at++] ?? ''
  }

  while (at < source.length) {
    const char = source[at]!
    const two = source.slice(at, at + 2)
    if (two === '//') while (at < source.length && source[at] !== '\n') at += 1
    else if (two === '/*') at = after(source, '*/', at + 2)
    else if (char === "'" || char === '"') copyQuoted(char)
    else if (char === '`') {
      code += source[at++]
      copyTemplate()
    } else if (char === '/' && !isTag(source, at) && REGEX_MAY_FOLLOW.test(code)) copyRegex()
    else if (char === '}' && templates.at(-1) === depth) {
      templates.pop()
      code += source[at++]
      copyTemplate()
    } else {
      if (char === '{') depth += 1
      if (char === '}') depth -= 1
      code += char
      at += 1
    }
  }
  return { code, texts }
}

// A slash divides after a value and begins a regular expression after anything else.
const REGEX_MAY_FOLLOW = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|await|throw))\s*$/

/** Whether the slash at `at` closes a tag of JSX: `</p>` or `<br />`. */
const isTag = (source: string, at: number): boolean => source[at - 1] === '<' || source[at + 1] === '>'

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from)
  return found < 0 ? source.length : found + mark.length
}
