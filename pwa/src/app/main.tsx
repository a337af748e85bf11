import { render } from 'preact'
import { registerServiceWorker } from '../sw/register.ts'

const place = document.getElementById('app')
if (place !== null) render(<main>Holdfast {__BUILD__}</main>, place)
void registerServiceWorker(() => undefined)
