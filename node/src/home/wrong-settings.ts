import { join } from 'node:path'
import { explain, isHoldfastError, type ErrorCode } from '@holdfast/core/base/errors'
import { readFileOrUndefined } from '../disk/atomic-file.ts'
import { FILE_NAME, readFileText } from '../config/file.ts'

/** Why the settings file of a home cannot be followed, as it is now: what runs was started with what it said then. */
export async function wrongSettings(home: string): Promise<{ code: ErrorCode; message: string } | undefined> {
  try {
    const bytes = await readFileOrUndefined(join(home, FILE_NAME))
    if (bytes !== undefined) readFileText(new TextDecoder().decode(bytes))
    return undefined
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    const { code, message } = error
    const { cause } = explain(code)
    return { code, message: message === cause ? cause : `${cause} ${message}` }
  }
}
