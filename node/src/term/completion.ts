import type { Command } from 'commander'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** What the shell offers after the beginning of a command line: commands, then their flags, then files. */
export function completionScript(program: Command, shell: Shell): string {
  const name = program.name()
  const words = wordsOf(program)
  if (shell === 'fish') return fish(name, words)
  const start = shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''
  return `${start}${bash(name, words)}`
}

/** What may follow each command: its path ('' for none) to subcommands and flags. */
function wordsOf(command: Command, path = '', above: readonly string[] = []): Map<string, readonly string[]> {
  const flags = [...above, ...command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []))]
  const all = new Map<string, readonly string[]>([
    [path, [...command.commands.map((one) => one.name()), ...flags, '--help']]
  ])
  for (const below of command.commands)
    for (const [at, words] of wordsOf(below, `${path} ${below.name()}`.trim(), path === '' ? flags : [...above]))
      all.set(at, words)
  return all
}

function bash(name: string, words: ReadonlyMap<string, readonly string[]>): string {
  const rows = [...words].map(([path, offered]) => `    '${path}') offered='${offered.join(' ')}' ;;`)
  return `_${name}() {
  local path='' offered='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case " ${[...words.keys()].filter((path) => path !== '').join(' | ')} " in
      *"| \${path:+$path }$word |"* | " \${path:+$path }$word |"* | *"| \${path:+$path }$word ") path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${rows.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$offered" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _${name} ${name}
`
}

function fish(name: string, words: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...words].map(([path, offered]) => {
    const seen = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`
    return `complete -c ${name} -n '${seen}' -a '${offered.join(' ')}'`
  })
  return `${lines.join('\n')}\n`
}
