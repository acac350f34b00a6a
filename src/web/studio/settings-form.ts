import type { Settings } from '../../protocol/event.ts';
import { byId } from '../dom.ts';
import { refusalText } from '../refusal-text.ts';
import { MODERATOR_WORDS } from './desk.ts';
import { type FieldName, SettingsDraft, type SettingsPatch } from './settings-draft.ts';

type Control = HTMLInputElement | HTMLTextAreaElement;

/** What to send, and the settings that come of it. Rejects with a `ClientError`. */
export type ChangeSettings = (patch: SettingsPatch) => Promise<Settings>;

/**
 * The form of the room modes. It shows what is set now, others' changes too; what is being written stays until it is stored or discarded.
 *
 * @returns takes the room's settings, as events and answers tell them
 */
export function startSettingsForm(change: ChangeSettings): (settings: Settings) => void {
  const form = byId('settings-form', HTMLFormElement);
  const apply = byId('settings-apply', HTMLButtonElement);
  const discard = byId('settings-discard', HTMLButtonElement);
  const note = byId('settings-note', HTMLElement);
  const problem = byId('settings-error', HTMLElement);
  const controls = controlsOf(form);
  const draft = new SettingsDraft();
  let isSending = false;

  const show = () => {
    const { fields, changed } = draft;
    for (const [name, control] of controls) {
      const value = fields[name];
      if (control instanceof HTMLInputElement && control.type === 'checkbox') control.checked = value === true;
      // What is being written is not written over, not even by an equal list that is spaced otherwise.
      else if (control !== document.activeElement && control.value !== value) control.value = String(value);
      const isChanged = changed.includes(name);
      control.closest('.setting')?.classList.toggle('setting-changed', isChanged);
      control.title = isChanged ? `In the room now: ${storedText(draft.stored(name))}` : '';
    }
    note.textContent = changed.length === 0 ? 'As it is in the room now.' : `${changed.length} not applied yet.`;
    // Not `disabled`: that would take the focus off the one that was pressed.
    for (const button of [apply, discard]) button.ariaDisabled = String(isSending || changed.length === 0);
  };
  const say = (text: string) => {
    problem.textContent = text;
    problem.hidden = text === '';
  };

  form.addEventListener('input', ({ target }) => {
    const found = [...controls].find(([, control]) => control === target);
    if (!found) return;
    const [name, control] = found;
    draft.write(name, control instanceof HTMLInputElement && control.type === 'checkbox' ? control.checked : control.value);
    say('');
    show();
  });
  // What was left alone while it was written in.
  form.addEventListener('focusout', () => setTimeout(show));
  discard.addEventListener('click', () => {
    if (isSending) return;
    draft.discard();
    say('');
    show();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isSending || draft.changed.length === 0) return;
    isSending = true;
    say('');
    show();
    try {
      draft.told(await change(draft.patch()));
    } catch (error) {
      say(refusalText(error, { deed: 'applied', words: MODERATOR_WORDS }));
    }
    isSending = false;
    show();
  });
  show();
  return (settings) => {
    draft.told(settings);
    show();
  };
}

/** The form's controls are named for the settings. */
function controlsOf(form: HTMLFormElement): ReadonlyMap<FieldName, Control> {
  const found = [...form.querySelectorAll<Control>('input[name], textarea[name]')];
  return new Map(found.map((control) => [control.name as FieldName, control]));
}

function storedText(value: string | boolean): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === '' ? 'not set' : value;
}
