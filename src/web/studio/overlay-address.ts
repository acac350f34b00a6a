import { ALL_MODES, parseOverlayOptions } from '../overlay-options.ts';
import { roleOfToken } from '../page-token.ts';

/** An overlay's options as a form has them. */
export interface OverlayFields {
  readonly size: string;
  readonly speed: string;
  readonly opacity: string;
  readonly maxOnScreen: string;
  readonly modes: readonly string[];
  readonly gifts: boolean;
  readonly minGift: string;
  readonly superchats: boolean;
  /** Empty: the best that works. */
  readonly transport: string;
}

/** The query that sets what is not as usual, and what is wrong with it, as the overlay itself would say it. */
export function overlayQuery(fields: OverlayFields): { readonly query: string; readonly problems: readonly string[] } {
  const { options } = parseOverlayOptions('');
  const query = new URLSearchParams();
  for (const name of ['size', 'speed', 'opacity', 'maxOnScreen', 'minGift'] as const) {
    const text = fields[name].trim();
    if (text !== '' && text !== String(options[name])) query.set(name, text);
  }
  if (fields.modes.length !== ALL_MODES.size) query.set('modes', fields.modes.join(','));
  for (const name of ['gifts', 'superchats'] as const) if (!fields[name]) query.set(name, '0');
  if (fields.transport !== '') query.set('transport', fields.transport);
  // Commas may stand in a query as they are, and are easier to read.
  const text = query.toString().replaceAll('%2C', ',');
  return { query: text === '' ? '' : `?${text}`, problems: parseOverlayOptions(text).problems };
}

/**
 * What is wrong with a token that is to stand in an overlay's address, which is kept by OBS and shown to whoever looks over a shoulder: it
 * must be good for nothing but watching. Nothing when there is none, or it will do.
 */
export function overlayTokenProblem(token: string, own: string | undefined): string | undefined {
  if (token === '') return undefined;
  if (token === own) return 'This is your own token: whoever sees the address could moderate your room. Mint one for the overlay.';
  const role = roleOfToken(token);
  if (role === undefined) return 'This is no token: three parts, with a full stop between them.';
  return role === 'overlay'
    ? undefined
    : `This is a token for the role ${role}: an overlay needs one that can only watch. Mint one for it.`;
}
