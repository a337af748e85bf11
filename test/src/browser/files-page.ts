import type { Locator, Page } from 'playwright-core'

/** What a person sees and does in the list of files, by the words on the screen. */
export class FilesPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** The cell of a file or folder, by its whole name. */
  cell(name: string): Locator {
    return this.page.getByRole('gridcell', { name, exact: true })
  }

  async open(name: string): Promise<void> {
    await this.cell(name).getByRole('link').click()
  }

  /** Goes to a folder, `/` or a path, from the top. */
  async go(path: string): Promise<void> {
    await this.page.evaluate(() => (location.hash = '#/files'))
    await this.heading('Files')
    for (const name of path.split('/').filter((step) => step !== '')) {
      await this.open(name)
      await this.heading(name)
    }
  }

  async heading(name: string): Promise<void> {
    await this.page.getByRole('heading', { name, level: 1, exact: true }).waitFor()
  }

  /** Chooses something from what can be done with one file. */
  async act(name: string, action: string): Promise<void> {
    await this.cell(name)
      .getByRole('button', { name: `More for ${name}`, exact: true })
      .click()
    await this.page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click()
  }

  async rename(name: string, to: string): Promise<void> {
    await this.act(name, 'Rename')
    await this.page.getByLabel('New name').fill(to)
    await this.page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
    await this.cell(to).waitFor()
  }

  async makeFolder(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Add', exact: true }).click()
    await this.page.getByRole('button', { name: 'New folder' }).click()
    await this.page.getByLabel('Name of the folder').fill(name)
    await this.page.getByRole('button', { name: 'Make folder' }).click()
    await this.cell(name).waitFor()
  }

  /** Adds files as if they had been chosen; resolves when they were asked about or are being added. */
  async add(...files: readonly { readonly name: string; readonly text: string }[]): Promise<void> {
    await this.page
      .getByTestId('add-files')
      .setInputFiles(files.map(({ name, text }) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })))
  }

  /** Waits for a message in passing. */
  async says(text: string | RegExp): Promise<void> {
    await this.page.getByRole('status').getByText(text).first().waitFor()
  }
}
