import { byId, create } from '../dom.ts';
import type { StudioApi } from './studio-api.ts';
import { sendTestTraffic } from './test-traffic.ts';

/** The button that sends test traffic, and what came of it. */
export function startTestPanel(api: Pick<StudioApi, 'comment' | 'publish'>): void {
  const button = byId('test-send', HTMLButtonElement);
  const outcomes = byId('test-outcomes', HTMLElement);
  button.addEventListener('click', async () => {
    if (button.ariaBusy === 'true') return;
    button.ariaBusy = 'true'; // not disabled: that would take the focus off it
    const lines = await sendTestTraffic(api, mark());
    button.ariaBusy = 'false';
    outcomes.replaceChildren(
      ...lines.map(({ isSent, text }) => {
        const line = create('li', 'test-outcome', text);
        line.dataset['tone'] = isSent ? 'good' : 'bad';
        return line;
      }),
    );
  });
}

/** Four digits that the last test had not, but for once in 65,536 times. */
function mark(): string {
  const [value = 0] = crypto.getRandomValues(new Uint16Array(1));
  return value.toString(16).padStart(4, '0');
}
