import { connect } from '../client/index.ts';
import type { Settings } from '../protocol/event.ts';
import { ChatColumn } from './chat-column.ts';
import { byId } from './dom.ts';
import { formatWhole } from './format.ts';
import { showPageProblem } from './page-problem.ts';
import { tokenOfHash } from './page-token.ts';
import { feedRoom } from './room-feed.ts';
import { fetchRoom } from './room-info.ts';
import { roomOfPath } from './room-path.ts';
import { RoomStanding } from './room-standing.ts';
import { startStatePill } from './state-pill.ts';
import { ModerationPanels } from './studio/moderation-panels.ts';
import { OverlayBuilder } from './studio/overlay-builder.ts';
import { RateChart } from './studio/rate-chart.ts';
import { RateSeries } from './studio/rate-series.ts';
import { startSettingsForm } from './studio/settings-form.ts';
import { StudioApi } from './studio/studio-api.ts';
import { startStudioKeys } from './studio/studio-keys.ts';
import { Tabs } from './studio/tabs.ts';
import { Takings } from './studio/takings.ts';
import { startTestPanel } from './studio/test-panel.ts';
import { parseTransport } from './transport-option.ts';

const CHART_MS = 1000;

const path = roomOfPath(location.pathname);
if ('room' in path) open(path.room);
else showPageProblem(path.problem, byId('studio', HTMLElement));
// A new token behind the hash is another bearer.
window.addEventListener('hashchange', () => location.reload());

function open(room: string): void {
  const token = tokenOfHash(location.hash);
  const { transport } = parseTransport(location.search);
  const connection = connect({ room, ...(token !== undefined && { token }), ...(transport && { transport }) });
  const api = new StudioApi({ room, token });
  startStatePill({ pill: byId('state-pill', HTMLElement), status: byId('state-status', HTMLElement) }, connection);
  byId('room-id', HTMLElement).textContent = room;
  byId('watch-link', HTMLAnchorElement).href = `/watch/${room}${location.hash}`;

  const panels = new ModerationPanels({ api, room });
  const showInForm = startSettingsForm(async (patch) => {
    const settings = await api.changeSettings(patch);
    panels.wake(); // for the audit log
    return settings;
  });
  const showSettings = (settings: Settings) => {
    byId('room-title', HTMLElement).textContent = settings.title ?? room;
    document.title = `${settings.title ?? room} · Studio`;
    showInForm(settings);
  };
  const likes = { count: () => undefined, reset: () => undefined }; // the studio shows none
  const standing = new RoomStanding({ ask: () => fetchRoom(room, token), showSettings, likes });

  const log = new ChatColumn({
    list: byId('gift-list', HTMLElement),
    newButton: byId('gift-new', HTMLButtonElement),
    empty: byId('gifts-empty', HTMLElement),
  });
  const takings = new Takings();
  const showTakings = () => {
    const { gifts, superchats, value } = takings.totals;
    byId('total-gifts', HTMLElement).textContent = formatWhole(gifts);
    byId('total-superchats', HTMLElement).textContent = formatWhole(superchats);
    byId('total-value', HTMLElement).textContent = formatWhole(value);
  };

  const rates = new RateSeries(performance.now());
  const chart = new RateChart();
  let online = 0;
  connection.on('online', (count) => {
    online = count;
    rates.online(count);
    chart.show(rates.advance(performance.now()), online);
  });
  connection.on('joined', (joined) => {
    standing.joined(joined);
    panels.joined(joined.epoch);
  });

  feedRoom(connection, {
    handler: {
      onLiveBatch: ({ lane, events, skipped }) => {
        const shown = lane === 'chat' ? events.reduce((sum, event) => sum + ('comment' in event ? event.comment.repeat : 0), 0) : 0;
        const gifts = events.filter((event) => 'gift' in event || 'superchat' in event).length;
        rates.count(performance.now(), { shown, skipped, gifts });
      },
      onEvent: (item) => {
        if ('comment' in item.event || 'superchat' in item.event) panels.add(item);
        if (takings.add(item.event, item.ref)) log.add(item);
      },
      onRetract: (refs) => {
        panels.comments.retract(refs);
        takings.retract(refs);
        log.retract(refs);
      },
      onEpoch: () => {
        panels.comments.forgetRefs();
        takings.forgetRefs();
        log.forgetRefs();
      },
      onSettings: (settings) => standing.settings(settings),
    },
  });
  setInterval(() => {
    const points = rates.advance(performance.now());
    if (document.hidden) return;
    chart.show(points, online);
    showTakings();
  }, CHART_MS);

  const builder = new OverlayBuilder({ room, token, guestsMayWatch: () => api.guestsMayWatch() });
  const tabs = new Tabs(byId('tabs', HTMLElement), (name) => builder.setShown(name === 'overlay'));
  startStudioKeys({ tabs, panels });
  startTestPanel(api);
}
