/** What a systemd user unit of one home is made of. */
export interface UnitParts {
  /** The program and what stands before it: absolute paths. */
  readonly program: readonly string[]
  /** Absolute. */
  readonly home: string
  /** The file with the passphrase, absolute: systemd reads it and hands it to this service alone. */
  readonly passphraseFile?: string | undefined
}

/** The unit that runs `holdfast up` in the background. */
export function serviceUnit(parts: UnitParts): string {
  return `# Written by \`holdfast service install\`, which writes it anew; what you change belongs into a drop-in (systemctl --user edit).
[Unit]
Description=Holdfast: ${value(parts.home)}

[Service]
Type=notify
NotifyAccess=all
ExecStart=${command(parts, ['up'])}
${credential(parts)}Restart=on-failure
RestartSec=5
# No home, locked, a setting that is wrong: starting again changes nothing.
RestartPreventExitStatus=2 10 12
# Before it answers it opens the vault, which takes as long as that is large.
TimeoutStartSec=infinity
TimeoutStopSec=15
# One that hangs is started again; whatever it acknowledged is durable.
WatchdogSec=180
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
`
}

/** The unit that comes before the graphical session and, while something is wrong, ends only when somebody has seen it. */
export function startupUnit(parts: UnitParts, service: string): string {
  return `# Written by \`holdfast service install\`, because startup.blockingErrors is set.
[Unit]
Description=Holdfast: what is wrong is seen before the session begins
After=${service}
Before=graphical-session-pre.target

[Service]
Type=oneshot
ExecStart=${command(parts, ['service', 'wait', '--no-input'])}
${credential(parts)}RemainAfterExit=yes
TimeoutStartSec=infinity

[Install]
WantedBy=graphical-session-pre.target
`
}

/** How a shell would start the same, for systems without systemd. */
export function shellLine({ program, home }: UnitParts): string {
  const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
  return [...program, 'up', '--home', home].map(quoted).join(' ')
}

function command({ program, home }: UnitParts, args: readonly string[]): string {
  return [...program, ...args, '--home', home].map((text) => `"${value(text)}"`).join(' ')
}

function credential({ passphraseFile }: UnitParts): string {
  if (passphraseFile === undefined) return ''
  return `LoadCredential="passphrase:${value(passphraseFile)}"\nEnvironment=HOLDFAST_PASSPHRASE_FILE=%d/passphrase\n`
}

/** What systemd would read as its own: specifiers, variables, quotes, and the end of a line. */
function value(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$').replaceAll('\n', '\\n')
}
