/** The part of cli-progress that is used; the package brings no types. */
declare module 'cli-progress' {
  export interface Options {
    format: string
    terminal: BarTerminal
    hideCursor: boolean
    clearOnComplete: boolean
    forceRedraw: boolean
    barsize: number
    fps: number
    emptyOnZero: boolean
  }
  /** What it draws on. */
  export interface BarTerminal {
    isTTY(): boolean
    getWidth(): number
    cursor(shown: boolean): void
    cursorTo(): void
    clearLine(): void
    clearRight(): void
    newline(): void
    write(text: string): void
    cursorSave(): void
    cursorRestore(): void
    lineWrapping(enabled: boolean): void
  }
  export class SingleBar {
    constructor(options: Partial<Options>)
    start(total: number, value: number, payload: Record<string, string>): void
    update(value: number, payload: Record<string, string>): void
    setTotal(total: number): void
    stop(): void
  }
  const module: { SingleBar: typeof SingleBar }
  export default module
}
