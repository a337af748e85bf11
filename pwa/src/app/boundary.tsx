import { Component } from 'preact'
import type { ComponentChildren } from 'preact'
import { t } from '../strings/t.ts'
import { Button } from '../ui/button.tsx'
import { Note } from '../ui/note.tsx'

interface Props {
  readonly children: ComponentChildren
  /** Another one means another screen: what broke is forgotten. */
  readonly place: string
}

/** An error in one screen leaves the others to be used. */
export class Boundary extends Component<Props, { broken: string | undefined }> {
  override state: { broken: string | undefined } = { broken: undefined }

  override componentDidCatch(error: unknown): void {
    // The only place where somebody who looks for the cause finds it.
    console.error(error)
    this.setState({ broken: this.props.place })
  }

  override render() {
    if (this.state.broken !== this.props.place) return this.props.children
    return (
      <div class="screen">
        <Note
          tone="danger"
          alert
          title={t('broken.title')}
          actions={
            <Button icon="refresh" onClick={() => location.reload()}>
              {t('failed.reload')}
            </Button>
          }
        >
          <p>{t('broken.text')}</p>
        </Note>
      </div>
    )
  }
}
