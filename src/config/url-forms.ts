import type { z } from 'zod';

/** A host without port, in small letters. */
export function hostName(text: string, context: z.RefinementCtx): string {
  const host = text.toLowerCase();
  if (!/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*$/u.test(host))
    context.addIssue({ code: 'custom', message: `holds ${text}, which is no host name` });
  return host;
}

/** Nothing, or a URL to call; one with a user in it would tell the password to the log. */
export function httpUrl(text: string, context: z.RefinementCtx): string {
  const { protocol, username } = URL.canParse(text) ? new URL(text) : { protocol: '', username: '' };
  const isHttp = (protocol === 'http:' || protocol === 'https:') && username === '';
  if (text !== '' && !isHttp) context.addIssue({ code: 'custom', message: 'must be an http:// or https:// URL without a user' });
  return text;
}
