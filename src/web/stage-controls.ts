import { byId } from './dom.ts';
import type { Player, Scene } from './stage/player.ts';
import { load, save } from './storage.ts';

const KEY = 'barrage.stage';
const USUAL = { isShown: true, opacity: 1 };

/** The switch that shows or hides the stage, and the opacity of flying comments; both are remembered. */
export function startStageControls({ player, scene }: { player: Player; scene: Scene }): void {
  const { canvas, banners } = scene;
  const toggle = byId('stage-toggle', HTMLButtonElement);
  const opacity = byId('stage-opacity', HTMLInputElement);
  let { isShown, opacity: level } = loadSettings();

  const apply = () => {
    toggle.setAttribute('aria-pressed', String(isShown));
    canvas.style.opacity = String(level);
    // Not `hidden`: a canvas without a size would drop what flies.
    for (const part of [canvas, banners]) part.style.visibility = isShown ? 'visible' : 'hidden';
    if (isShown) player.resume();
    else player.pause();
  };

  toggle.addEventListener('click', () => {
    isShown = !isShown;
    apply();
    save(KEY, { isShown, opacity: level });
  });
  opacity.value = String(Math.round(level * 100));
  opacity.addEventListener('input', () => {
    level = Number(opacity.value) / 100;
    apply();
    save(KEY, { isShown, opacity: level });
  });
  apply();
}

function loadSettings(): { isShown: boolean; opacity: number } {
  const stored = load(KEY);
  if (typeof stored !== 'object' || stored === null || !('isShown' in stored) || !('opacity' in stored)) return USUAL;
  const { isShown, opacity } = stored;
  const isValid = typeof isShown === 'boolean' && typeof opacity === 'number' && opacity >= 0.1 && opacity <= 1;
  return isValid ? { isShown, opacity } : USUAL;
}
